import { Command, InvalidArgumentError } from 'commander';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob, deployedJobs } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { duration, print, table } from '../output.ts';
import type { Perform } from '../perform.ts';
import { asItIs } from '../run/as-it-is.ts';
import { runsOf, runsTableOf } from '../run/find-run.ts';
import { outcome } from '../run/outcome.ts';

interface ListOptions {
  readonly last: number;
}

const description = `Lists the runs of a job, or of every job, the one that began last first: when it was due, how it ended,
and what it counted. Records are kept for 400 days.`;

const examples = `
Examples:
  $ npx nightporter runs list
  $ npx nightporter runs list storage-report --last 50 --stage production
  $ npx nightporter runs list --json | jq '.runs[] | select(.state == "failed")'`;

export function runsListCommand(perform: Perform): Command {
  return new Command('list')
    .summary('runs and how they ended')
    .description(description)
    .argument('[job]', 'as "nightporter status" lists it; every job if left out')
    .option('--last <number>', 'at most so many', positive, 20)
    .addHelpText('after', examples)
    .action((job: string | undefined, options: ListOptions, command: Command) => perform(command, (cli) => list(cli, job, options)));
}

async function list(cli: Cli, jobName: string | undefined, { last }: ListOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const jobs = jobName === undefined ? await deployedJobs(deployment) : [await chooseJob(deployment, jobName)];
  const found = jobs.map(async ({ id }) => (await runsOf(cli, runsTableOf(deployment), id)).map((record) => ({ job: id, ...record })));
  const runs = (await Promise.all(found)).flat().sort((one, other) => (other.startedAt ?? '').localeCompare(one.startedAt ?? ''));
  const shown = await Promise.all(runs.slice(0, last).map((record) => asItIs(cli, deployment, record.job, record)));
  print(cli, { runs: shown }, (_, paint) => {
    const rows = shown.map((record) => [
      record.job,
      record.due,
      record.state,
      record.startedAt === undefined ? '' : `${duration(cli.now() - Date.parse(record.startedAt))} ago`,
      String(record.attempt),
      outcome(record),
    ]);
    return rows.length === 0 ? 'There has been no run.' : table([['job', 'due', 'state', 'began', 'attempt', 'result'], ...rows], paint);
  });
  return 0;
}

function positive(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Give a whole number above 0.');
}
