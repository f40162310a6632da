import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob } from '../deployed-jobs.ts';
import { type Deployment, findDeployment } from '../deployment.ts';
import { callEndpoint } from '../endpoint/call-endpoint.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { asItIs } from '../run/as-it-is.ts';
import { asDueKey, runsOf, runsTableOf } from '../run/find-run.ts';
import { isUnfinished } from '../run/run-record.ts';

const description = `Starts a run again that failed, lapsed or was stopped, or that was due and never began: for the same due time, as
its next attempt. Where it runs as each managed user, whoever was done stays done: only those who failed, or
whom nobody came to, are done now, and the report has all of them. What the earlier
attempt has laid down is kept for a week; after that, start the job anew with "run". A plan in which no user
was missing is made anew.`;

const examples = `
Examples:
  $ npx nightporter redrive storage-report                             # the last run, if it failed
  $ npx nightporter redrive storage-report 2026-11-22T02:00:00Z --stage production`;

export function redriveCommand(perform: Perform): Command {
  return new Command('redrive')
    .summary('start a failed or missing run again')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .argument('[due]', 'due time, or the id of a manual run; the last failed one if left out')
    .addHelpText('after', examples)
    .action((job: string, due: string | undefined, _options: unknown, command: Command) =>
      perform(command, (cli) => redrive(cli, job, due)),
    );
}

async function redrive(cli: Cli, jobName: string, due: string | undefined): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const { id: job } = await chooseJob(deployment, jobName);
  const which = due === undefined ? await lastFailed(cli, deployment, job) : asDueKey(due);
  const answer = (await callEndpoint(cli, 'operations', deployment.operationsUrl, { operation: 'redrive', job, due: which })) as {
    was: string;
  };
  print(cli, { job, due: which, was: answer.was }, ({ was }) =>
    [`Started ${job} again for ${which} (${was}).`, `  Follow it: npx nightporter runs follow ${job} ${which} --stage ${cli.stage}`].join(
      '\n',
    ),
  );
  return 0;
}

async function lastFailed(cli: Cli, deployment: Deployment, job: string): Promise<string> {
  const runs = (await runsOf(cli, runsTableOf(deployment), job)).map((record) => asItIs(cli, deployment, job, record));
  const failed = (await Promise.all(runs)).find(isUnfinished);
  if (failed) return failed.due;
  throw new NightporterError('COMMAND_INVALID', `Name a due time: no run of ${job} has failed.`);
}
