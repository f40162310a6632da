import { Command } from 'commander';
import { NightporterError } from '../../../lib/errors.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob } from '../deployed-jobs.ts';
import { type Deployment, findDeployment } from '../deployment.ts';
import { print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { asItIs } from '../run/as-it-is.ts';
import { findRun, runsTableOf } from '../run/find-run.ts';
import { outcome } from '../run/outcome.ts';
import { progressLine, progressOf } from '../run/progress-line.ts';
import type { RunRecord } from '../run/run-record.ts';

const description = `Follows one run until it ends, and says how. A run that was started a moment ago has no record yet:
it is waited for.`;

const examples = `
Exit code: 0 it is done, 1 it failed, lapsed or was stopped, 2 the command or the stage is wrong.

Examples:
  $ npx nightporter run storage-report && npx nightporter runs follow storage-report
  $ npx nightporter runs follow open-shared-links 2026-11-22T02:00:00Z --json`;

/** A run that was started by hand is there within seconds. */
const patienceMs = 60_000;
const pollMs = 1_000;
/** The table says at once how a run has ended; whether Lambda has ended it is asked more seldom. */
const pollsPerLook = 30;

export function runsFollowCommand(perform: Perform): Command {
  return new Command('follow')
    .summary('watch a run until it ends')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .argument('[due]', 'due time, or the id of a manual run; the one that began last if left out')
    .addHelpText('after', examples)
    .action((job: string, due: string | undefined, _options: unknown, command: Command) =>
      perform(command, (cli) => follow(cli, job, due)),
    );
}

async function follow(cli: Cli, jobName: string, due: string | undefined): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const { id: job } = await chooseJob(deployment, jobName);
  const table = runsTableOf(deployment);
  const first = await begun(cli, table, job, due);
  const last = await ended(cli, deployment, job, first);
  const verdict = last.code ?? outcome(last);
  print(cli, { job, ...last }, () => `${job}, due ${last.due}: ${last.state}${verdict === '' ? '' : ` (${verdict})`}`);
  return last.state === 'done' ? 0 : 1;
}

async function begun(cli: Cli, table: string, job: string, due: string | undefined): Promise<RunRecord> {
  const until = cli.now() + patienceMs;
  for (;;) {
    try {
      return await findRun(cli, table, job, due);
    } catch (error) {
      const isMissing = error instanceof NightporterError && error.code === 'COMMAND_INVALID';
      if (!isMissing || due === undefined || cli.now() > until) throw error;
    }
    await sleep();
  }
}

/** On a terminal, one line that changes; in a pipe, nothing before the end. */
async function ended(cli: Cli, deployment: Deployment, job: string, first: RunRecord): Promise<RunRecord> {
  const { stderr } = cli.terminal;
  const table = runsTableOf(deployment);
  for (let [record, polls] = [first, 0]; ; record = await findRun(cli, table, job, first.due)) {
    if (polls++ % pollsPerLook === 0) record = await asItIs(cli, deployment, job, record);
    if (record.state !== 'running') {
      if (stderr.isTTY) stderr.write('\r\u001B[K');
      return record;
    }
    if (stderr.isTTY) stderr.write(`\r${progressLine(record, await progressOf(cli, table, record), cli.now())}\u001B[K`);
    await sleep();
  }
}

function sleep(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pollMs));
}
