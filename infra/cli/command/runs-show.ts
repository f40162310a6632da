import { Command } from 'commander';
import { scheduler } from '../../../lib/run/approval/same-person.ts';
import type { Cli, ExitCode } from '../cli.ts';
import { chooseJob } from '../deployed-jobs.ts';
import { findDeployment } from '../deployment.ts';
import { duration, print } from '../output.ts';
import type { Perform } from '../perform.ts';
import { waitingPlans } from '../plan/waiting-plans.ts';
import { printable } from '../printable.ts';
import { asItIs } from '../run/as-it-is.ts';
import { findRun, runsTableOf } from '../run/find-run.ts';
import { outcome, why } from '../run/outcome.ts';
import { progressLine, progressOf } from '../run/progress-line.ts';
import { isUnfinished, type RunRecord } from '../run/run-record.ts';

const description = `Shows all that is known of one run: its state, its attempt, what it counted, and whether a plan of it
waits for a decision.`;

const examples = `
Exit code: 0 it is done or goes on, 1 it failed, lapsed or was stopped, 2 the command or the stage is wrong.

Examples:
  $ npx nightporter runs show storage-report                           # the run that began last
  $ npx nightporter runs show storage-report 2026-11-22T02:00:00Z --stage production`;

export function runsShowCommand(perform: Perform): Command {
  return new Command('show')
    .summary('one run')
    .description(description)
    .argument('<job>', 'as "nightporter status" lists it')
    .argument('[due]', 'due time, or the id of a manual run; the one that began last if left out')
    .addHelpText('after', examples)
    .action((job: string, due: string | undefined, _options: unknown, command: Command) => perform(command, (cli) => show(cli, job, due)));
}

async function show(cli: Cli, jobName: string, due: string | undefined): Promise<ExitCode> {
  const deployment = await findDeployment(cli);
  const { id: job } = await chooseJob(deployment, jobName);
  const record = await asItIs(cli, deployment, job, await findRun(cli, runsTableOf(deployment), job, due));
  const waiting = (await waitingPlans(cli, deployment, [job])).find(({ run }) => run === record.run);
  const waitsUntil = waiting && new Date(waiting.until).toISOString();
  const progress = await progressOf(cli, runsTableOf(deployment), record);
  print(cli, { job, ...record, progress, waitsForDecisionUntil: waitsUntil }, () =>
    [
      `${job}, due ${record.due}: ${record.state}${record.code === undefined ? '' : ` (${record.code})`}`,
      ...(why(record) === undefined ? [] : [`  ${why(record)}`]),
      `  attempt ${record.attempt}, run ${record.run ?? 'unknown'}`,
      ...(record.startedBy === undefined ? [] : [`  started by ${starterOf(record.startedBy)}`]),
      ...times(record, cli.now()),
      ...(progress && record.state === 'running' ? [`  ${progressLine(record, progress, cli.now())}`] : []),
      ...(record.code === undefined && outcome(record) !== '' ? [`  ${outcome(record)}`] : []),
      ...figures(record),
      ...(waitsUntil === undefined ? [] : [`  its plan waits for a decision until ${waitsUntil}: npx nightporter plan show ${job}`]),
    ].join('\n'),
  );
  return isUnfinished(record) ? 1 : 0;
}

function starterOf(startedBy: string): string {
  return startedBy === scheduler ? 'its schedule' : printable(startedBy);
}

/** What it found, whom it lacks and why, what it costs, and where its report is; nothing of a plain job. */
function figures({ users, found, reasons, report }: RunRecord): string[] {
  const { done, failed = 0, calls, waits = 0, waitedSeconds = 0, costUSD } = found;
  if (done === undefined) return [];
  const byCode = Object.entries(reasons).map(([code, number]) => `${code} ${number}`);
  return [
    `  ${done} of ${users ?? done} users done${failed === 0 ? '' : `, ${failed} failed (${byCode.join(', ')})`}`,
    `  ${calls ?? 0} calls to Box, ${waits} waits of ${duration(waitedSeconds * 1000)} in all${costUSD === undefined ? '' : `, about ${costUSD.toFixed(2)} USD`}`,
    ...actions(found),
    ...(report === undefined ? [] : [`  report ${report}`]),
  ];
}

/** Also of a run that failed on the way: what is done stays done. */
function actions({ applied, already = 0, changed = 0, actionsFailed = 0, actionsUnknown = 0 }: RunRecord['found']): string[] {
  if (applied === undefined) return [];
  const untouched = `${already} were done already, ${changed} had changed and were left`;
  const troubled = `${actionsFailed === 0 ? '' : `, ${actionsFailed} failed`}${actionsUnknown === 0 ? '' : `, ${actionsUnknown} may be done or not`}`;
  return [`  ${applied} actions applied, ${untouched}${troubled}`];
}

function times({ startedAt, endedAt }: RunRecord, now: number): string[] {
  if (startedAt === undefined) return [];
  const end = endedAt === undefined ? now : Date.parse(endedAt);
  return [`  began ${startedAt}, ${endedAt === undefined ? 'for' : 'took'} ${duration(end - Date.parse(startedAt))}`];
}
