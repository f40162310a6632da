import type { Run, RunCounts } from '../declare/job-context.ts';
import type { PublishedReport } from '../declare/report.ts';
import { codeOf, NightporterError } from '../errors.ts';
import type { PipelineLog } from '../observe/log.ts';
import { costEstimate } from './cost.ts';
import type { DurableClaims } from './durable-claims.ts';
import type { FanOut } from './engine.ts';
import { layRoster, type Roster, type RosterLaid, type RosterStep } from './lay-roster.ts';
import { type ProgressBook, type ProgressTotals, totalOf } from './progress.ts';
import { metricsOf, type RunResult } from './run-result.ts';
import { runShards } from './run-shards.ts';

/** An earlier run for the same due time, which failed: who is done there stays done. */
export interface EarlierRun extends Roster {
  readonly run: string;
}

export interface CoordinatorWork {
  readonly run: Omit<Run, 'attempt'>;
  /** What is claimed: a due time, or a manual run's own id. */
  readonly due: string;
  readonly leaseMs: number;
  /** ARN of who started it, `scheduler`, or `unknown`. */
  readonly startedBy: string;
  /** ARN of its durable execution. */
  readonly execution: string;
  readonly claims: DurableClaims;
  readonly progress: ProgressBook;
  readonly log: PipelineLog;
  readonly shardsAtOnce: number;
  readonly usersAtOnce: number;
  /** Of its functions. */
  readonly memoryMiB: number;
  /** When the first invocation began, in ms since the epoch, and whether its process was new. */
  readonly began: { readonly at: number; readonly coldStart: boolean };
  /** What this one run is given instead of what the stage sets. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly tolerate: { readonly users: number; readonly share: number };
  /** False where the job is one subject's. */
  readonly hasRoster: boolean;
  /** Lays down whom the run is for, from there on. */
  readonly roster: (run: Run, from: RosterStep) => Promise<RosterLaid>;
  /** Undefined for a first attempt, and where there is nothing to take over. */
  readonly earlier: EarlierRun | undefined;
  /** Undefined for a job without a report. */
  readonly publish: ((facts: RunEnd) => Promise<PublishedReport>) | undefined;
  /** What follows the plan of a job that changes things; undefined for any other. */
  readonly change: ((engine: FanOut, facts: RunEnd, note: (fields: RunCounts) => Promise<void>) => Promise<RunCounts>) | undefined;
}

/** What is known when every shard is done. */
export interface RunEnd {
  readonly run: Run;
  readonly roster: Roster;
  readonly totals: ProgressTotals;
  /** When the last shard was done, in ms since the epoch: the report's own time. */
  readonly endedAt: number;
}

/** Claim → roster → shards → sum → report → record. All with an effect stands in a step; between them nothing but what steps have said. */
export async function coordinate(engine: FanOut, work: CoordinatorWork): Promise<RunResult> {
  const { due, leaseMs, startedBy, execution, claims, log } = work;
  const request = { job: work.run.job, due, runId: work.run.id, leaseMs, startedBy, execution };
  const claimed = await engine.step('claim', async () => {
    const attempt = await claims.take(request);
    if (attempt === undefined) {
      log.warn('Nothing done: another run has this due time.', { due });
      log.metric('RunDuplicate', 1);
    }
    return { attempt: attempt ?? 0 };
  });
  if (claimed.attempt === 0) return 'duplicate';
  const run = { ...work.run, attempt: claimed.attempt };
  try {
    return await go(engine, work, run);
  } catch (error) {
    await engine.step('fail', async () => {
      log.failed('Run failed.', error);
      await claims.held({ ...request, attempt: run.attempt }).failed(codeOf(error));
    });
    throw error;
  }
}

async function go(engine: FanOut, work: CoordinatorWork, run: Run): Promise<RunCounts> {
  const { log, claims, progress } = work;
  const claim = claims.held({ job: run.job, due: work.due, runId: run.id, attempt: run.attempt });
  const earlier = await takenOver(engine, work);
  const whole = async ({ users, shards }: Roster): Promise<void> => {
    if (users === 0) log.warn("Nothing to do: no user of the enterprise fits the job's `where`.");
    await claim.note({ users, shards, ...(work.hasRoster && { rosterOf: run.id, rosterAt: Date.now() }) });
  };
  const roster = earlier ?? (await layRoster(engine, (from) => work.roster(run, from), whole));
  const tolerated = Math.min(work.tolerate.users, Math.floor(work.tolerate.share * roster.users));
  const isWhole = await runShards(engine, work, { run, roster, earlier, tolerated });
  const sum = await engine.step('sum', async () => {
    // From now on this run is the one to go on from, if it has all that the earlier one had.
    if (earlier && isWhole) await claim.note({ rosterOf: run.id, rosterAt: Date.now() });
    return { endedAt: Date.now(), totals: totalOf(await progress.all(run.id)) };
  });
  const { publish } = work;
  const report = publish && (await engine.step('publish', () => publish({ run, roster, ...sum })));
  const { done, failed, calls, waits, waitedSeconds, counts, reasons } = sum.totals;
  const numbers = { users: roster.users, done, failed, calls, waits, waitedSeconds };
  // Before anything is changed: a plan that is refused, or actions that fail, must not take this from the record.
  await engine.step('note', () => {
    const { usersAtOnce, memoryMiB } = work;
    const costUSD = costEstimate({ ...sum.totals, users: roster.users, shards: roster.shards, usersAtOnce, memoryMiB });
    return claim.note({ ...numbers, shards: roster.shards, reasons, costUSD, ...(report && { report: report.manifest }) });
  });
  const stopped = reasons.RUN_STOPPED ?? 0;
  // Those whom nobody came to since then are no failures that a run could bear, or not.
  if (stopped > 0 && failed - stopped <= tolerated)
    throw new NightporterError(
      'RUN_STOPPED',
      `Start it again for those who were left: somebody stopped this run before ${stopped} of ${roster.users} users were done.`,
    );
  const changed = (await work.change?.(engine, { run, roster, ...sum }, claim.note)) ?? {};
  return engine.step('record', async () => {
    if (failed > tolerated) {
      const advice = `Look at the run's reasons and start it again for those who failed: ${failed} of ${roster.users} users did, and ${tolerated} are borne.`;
      throw new NightporterError('TOO_MANY_FAILED', advice);
    }
    const result = { ...counts, ...numbers, ...changed };
    await claim.done(result);
    const { at, coldStart } = work.began;
    const fields = { durationMs: Date.now() - at, coldStart, due: work.due, ...numbers, ...changed };
    log.succeeded(fields, metricsOf(at - run.scheduledTime.getTime(), work.hasRoster ? done : counts.users));
    return result;
  });
}

/** What an earlier run has done is worth keeping for a report; a plan is made anew, unless what it lacks is the part of some users. */
async function takenOver(engine: FanOut, { earlier, change, progress, log }: CoordinatorWork): Promise<EarlierRun | undefined> {
  if (earlier === undefined) return undefined;
  const { isTaken } = await engine.step('earlier', async () => {
    const { done } = totalOf(await progress.all(earlier.run));
    const isTaken = change === undefined || done < earlier.users;
    if (isTaken) log.info('Whoever was done in the earlier run stays done.', { earlier: earlier.run, done });
    return { isTaken };
  });
  return isTaken ? earlier : undefined;
}
