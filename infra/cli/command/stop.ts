import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { callEndpoint } from '../endpoint/call-endpoint.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { asItIs } from '../run/as-it-is.ts';
import { findRun, runsTableOf } from '../run/find-run.ts';

interface StopOptions {
  readonly reason: string;
}

const description = `Stops one run of a job in steps. One that changes things looks before each action, ends before the next
one, and closes its ledger: what it has done stays done; the undo file says how to take it back. One that
runs as each managed user ends before the next step of each; "redrive" does those who were left. A job that
is not in steps ends by itself within 15 minutes.

To hold every run of the stage for a while, use "nightporter pause".`;

const examples = `
Examples:
  $ npx nightporter stop open-shared-links --reason 'Wrong rule'
  $ npx nightporter stop open-shared-links 2026-11-22T02:00:00Z --reason 'Wrong rule' --stage production`;

export function stopCommand(perform: Perform): Command {
  return new Command('stop')
    .summary('end a run before its next step')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .argument('[due]', 'due time, or the id of a manual run; the one that began last if left out')
    .requiredOption('--reason <text>', 'why: it is kept with the run')
    .addHelpText('after', examples)
    .action((job: string, due: string | undefined, options: StopOptions, command: Command) =>
      perform(command, (cli) => stop(cli, job, due, options)),
    );
}

async function stop(cli: Cli, jobName: string, due: string | undefined, { reason }: StopOptions): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const { id: job } = await chooseJob(deployment, jobName);
  const found = await asItIs(cli, deployment, job, await findRun(cli, runsTableOf(deployment), job, due));
  if (found.state !== 'running' || found.run === undefined) {
    throw new NightporterError('COMMAND_INVALID', `Look at "nightporter runs show ${job}": that run is ${found.state}, not running.`);
  }
  await callEndpoint(cli, 'operations', deployment.operationsUrl, { operation: 'stop', job, run: found.run, reason });
  print(cli, { job, due: found.due, run: found.run, stopped: true }, () => `The run of ${job} for ${found.due} ends before its next step.`);
  return 0;
}
