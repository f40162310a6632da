import { randomUUID } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { settingsOfFunction } from '../run/function-settings.ts';

interface RunOptions {
  readonly id?: string;
}

const description = `Starts a job now, beside its schedule, and does not wait for it.

The run claims its own id, not a due time, so the next scheduled run happens as well. The same id
never runs twice at once, and never again once it is done.`;

const examples = `
Examples:
  $ npx nightporter run storage-report --stage production
  $ npx nightporter run storage-report --id after-cleanup`;

export function runCommand(perform: Perform): Command {
  return new Command('run')
    .summary('start a job now')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .option('--id <id>', 'letters, digits, dot, hyphen, underscore; time and chance if left out')
    .addHelpText('after', examples)
    .action((job: string, options: RunOptions, command: Command) => perform(command, (cli) => start(cli, job, options)));
}

async function start(cli: Cli, jobName: string, { id = newId(cli.now()) }: RunOptions): Promise<ExitCode> {
  if (!/^[\w.-]{1,64}$/.test(id)) {
    throw new NightporterError('COMMAND_INVALID', 'Give --id letters, digits, dots, hyphens and underscores, at most 64.');
  }
  const job = await chooseJob(await findDeployment(cli), jobName);
  const { logGroup } = await settingsOfFunction(cli, job.functionName);
  const command = new InvokeCommand({
    FunctionName: job.functionName,
    // As the schedule does: the alias has retries and the destination of failures.
    Qualifier: 'live',
    InvocationType: 'Event',
    Payload: Buffer.from(JSON.stringify({ manual: id })),
  });
  await askAws('lambda:InvokeFunction', new LambdaClient(cli.aws).send(command));
  print(cli, { job: job.id, id, due: `manual#${id}`, logGroup }, () =>
    [
      `Started ${job.id} as ${id}.`,
      `  Its end:    npx nightporter status --stage ${cli.stage}`,
      `  Its log:    aws logs tail '${logGroup}' --follow`,
      `  Its report: npx nightporter report open ${job.id} --stage ${cli.stage}`,
    ].join('\n'),
  );
  return 0;
}

/** Sorts by time, so that the last manual run is the one that was started last. */
function newId(now: number): string {
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
  return `${time}-${randomUUID().slice(0, 8)}`;
}
