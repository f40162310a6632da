import { GetObjectCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { newestReport, s3Client } from '../report/newest-report.ts';
import { openLink } from '../report/open-link.ts';

interface OpenOptions {
  readonly print?: boolean;
}

const linkMinutes = 15;

const description = `Opens the newest whole report of a job in the browser, by a link that is good for ${linkMinutes}
minutes.

Whoever has the link can read the report meanwhile: don't pass it on.`;

const examples = `
Examples:
  $ npx nightporter report open storage-report
  $ npx nightporter report open storage-report --print      # the link only`;

export function reportOpenCommand(perform: Perform): Command {
  return new Command('open')
    .summary('open the newest report of a job')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .option('--print', 'print the link instead of opening it')
    .addHelpText('after', examples)
    .action((job: string, options: OpenOptions, command: Command) => perform(command, (cli) => open(cli, job, options)));
}

async function open(cli: Cli, jobName: string, options: OpenOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const job = await chooseJob(deployment, jobName);
  if (deployment.reportBucket === undefined) throw new NightporterError('NOT_DEPLOYED', 'Deploy the stage again: it has no report bucket.');
  const client = s3Client(cli);
  const { folder, publishedAt } = await newestReport(client, deployment.reportBucket, job.id);
  const page = new GetObjectCommand({ Bucket: deployment.reportBucket, Key: `${folder}report.html` });
  const link = await askAws('s3:GetObject', getSignedUrl(client, page, { expiresIn: linkMinutes * 60 }));
  if (!options.print && !cli.json) {
    await openLink(link);
    cli.terminal.stdout.write(`Opened the report of ${publishedAt.toISOString()}.\n`);
    return 0;
  }
  print(cli, { job: job.id, publishedAt: publishedAt.toISOString(), link, expiresInSeconds: linkMinutes * 60 }, () => link);
  return 0;
}
