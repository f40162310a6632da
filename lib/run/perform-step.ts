import type { DurableWork, RosterUser } from '../declare/durable-job.ts';
import type { Run } from '../declare/job-context.ts';
import { NightporterError } from '../errors.ts';
import type { PipelineLog } from '../observe/log.ts';
import type { StepSessions } from '../session/step-sessions.ts';
import type { CallBudgets } from './call-budgets.ts';
import type { ChainState, StepOutcome } from './outcome.ts';
import { PartSink } from './part-sink.ts';
import { type RunPlace, stepKey } from './run-place.ts';
import { type SessionGate, sessionGate } from './session-gate.ts';
import { type StepLimits, withinLimits } from './step-limits.ts';
import { troubleOf } from './trouble.ts';
import type { WorkStore } from './work-store.ts';

/** What the steps of a shard have in common. */
export interface StepWork {
  readonly place: RunPlace;
  readonly shard: number;
  readonly run: Run;
  readonly log: PipelineLog;
  readonly store: WorkStore;
  readonly sessions: StepSessions;
  readonly limits: StepLimits;
  readonly budgets: CallBudgets;
  /** The job's own part; what it writes goes into the sink. */
  readonly begin: (context: object, sink: PartSink, user: RosterUser | undefined) => DurableWork;
  /** What this one run is given instead of what the stage sets. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

export interface StepOf {
  /** Position in the shard's roster. */
  readonly index: number;
  /** Undefined where the job is one subject's. */
  readonly user: RosterUser | undefined;
  readonly state: ChainState;
}

/** In characters. A cursor goes through S3, and is meant to say where, not what; where work stands in a company of 200,000 may take that much. */
const longestCursor = 1024 * 1024;

/** One step of one user's work: from the last cursor to the next one that is worth a step, or to the end. Never throws. */
export async function performStep(work: StepWork, of: StepOf): Promise<StepOutcome> {
  const budget = await work.budgets.of(work.sessions.budgetOf(of.user?.id));
  const gate = sessionGate(budget, () => work.limits.longHold(budget) > 0);
  // Before the step a wait costs nothing; in it, it would be paid for.
  const heldSeconds = work.limits.longHold(gate);
  if (heldSeconds > 0) return { end: 'wait', seconds: heldSeconds, isPlanned: true, calls: 0 };
  const sink = new PartSink();
  const log = of.user ? work.log.with({ user: of.user.id }) : work.log;
  const stretch = await withinLimits(work.limits, async (signal, remainingMs) => {
    try {
      return await stretchOf(work, of, { gate, sink, signal, remainingMs, log });
    } catch (error) {
      const heldMs = gate.heldMs();
      // It has spent its time waiting for Box's limit, which is nobody's fault.
      if (signal.aborted && heldMs > 0) return { end: 'wait', seconds: Math.ceil(heldMs / 1000), isPlanned: true } as const;
      if (mayBeginAgain(error, of.state)) {
        log.failure('A user is begun again.', error);
        return { end: 'again' } as const;
      }
      const trouble = await troubleOf(error, () => work.sessions.isAppRefused(of.user?.id, { signal, remainingMs }));
      log.failure(trouble.passes ? 'A step waits.' : 'A user could not be done.', error);
      return { end: trouble.passes ? 'wait' : 'failed', ...trouble } as const;
    }
  });
  await work.budgets.told();
  return lay(work, of, { stretch, sink, calls: gate.calls });
}

/** Box keeps no marker for good: developer.box.com/guides/api-calls/pagination/marker-based */
function mayBeginAgain(error: unknown, { cursor, isSecond }: ChainState): boolean {
  return error instanceof NightporterError && error.code === 'BOX_MARKER_REFUSED' && cursor !== undefined && isSecond !== true;
}

/** How far a step came. */
interface Stretch {
  readonly end: 'done' | 'more' | 'wait' | 'failed' | 'again';
  readonly code?: string;
  readonly seconds?: number;
  readonly isPlanned?: boolean;
  readonly cursor?: string;
}

interface Tools {
  readonly gate: SessionGate;
  readonly sink: PartSink;
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
  readonly log: PipelineLog;
}

async function stretchOf(work: StepWork, of: StepOf, tools: Tools): Promise<Stretch> {
  const { gate, sink, signal, remainingMs, log } = tools;
  const { user, state, index } = of;
  const cursor =
    state.cursor === undefined ? undefined : await work.store.get(stepKey(work.place, work.shard, index, state.cursor, 'cursor'));
  const session = work.sessions.open({ run: work.run, log, user: user?.id, gate, signal, remainingMs, params: work.params });
  try {
    const context = Object.assign(session.context, { cursor, count: sink.count, ...(user && { user }) });
    const begun = work.begin(context, sink, user);
    if (Symbol.asyncIterator in begun) return await drive(begun, work.limits, tools);
    for (const [name, value] of Object.entries((await begun) ?? {})) sink.count(name, value);
    sink.seal();
    return { end: 'done' };
  } finally {
    await session.close();
  }
}

/** Goes on until the work is done or the step's share is used up; what was yielded last is where the next one begins. */
async function drive(
  generator: AsyncGenerator<string, void, unknown>,
  limits: StepLimits,
  { gate, sink, signal, log }: Tools,
): Promise<Stretch> {
  const isSpent = limits.meter(gate);
  let cursor: string | undefined;
  // Only the work knows whether there is another call to come; waited for it is outside of the step.
  const untilFree = (): Stretch => ({
    end: 'wait',
    seconds: Math.max(1, limits.longHold(gate)),
    isPlanned: true,
    ...(cursor !== undefined && { cursor }),
  });
  try {
    for (;;) {
      const { done, value } = await generator.next();
      if (gate.hasRefused) return untilFree();
      sink.seal();
      if (done) return { end: 'done' };
      if (value.length > longestCursor)
        throw new NightporterError('REPORT_INVALID', 'Yield shorter cursors: where the work stands, not what it found.');
      cursor = value;
      gate.standAtCursor();
      if (isSpent()) return { end: 'more', cursor };
    }
  } catch (error) {
    if (gate.hasRefused) return untilFree();
    if (cursor === undefined) throw error;
    // Something was done: what failed behind it is tried again from there, by a step that may fail for good.
    log.failure('A step ends early.', error);
    return { end: signal.aborted ? 'more' : 'wait', seconds: 1, isPlanned: true, cursor };
  } finally {
    await generator.return().catch(() => undefined);
  }
}

interface Laid {
  readonly stretch: Stretch;
  readonly sink: PartSink;
  readonly calls: number;
}

/** Lines and cursor first, then the outcome that says that they count. */
async function lay(work: StepWork, { index, state }: StepOf, { stretch, sink, calls }: Laid): Promise<StepOutcome> {
  const { cursor, ...outcome } = stretch;
  // The report lacks who failed; and a step that waits without a cursor has done nothing yet.
  if (outcome.end === 'failed' || outcome.end === 'again' || (outcome.end === 'wait' && cursor === undefined)) return { ...outcome, calls };
  const keyOf = (kind: string) => stepKey(work.place, work.shard, index, state.step, kind);
  const parts: Record<string, number> = {};
  try {
    for (const [kind, lines] of sink.parts()) {
      await work.store.put(keyOf(kind), lines.join(''));
      parts[kind] = lines.length;
    }
    if (cursor !== undefined) await work.store.put(keyOf('cursor'), cursor);
  } catch (error) {
    work.log.failure('A step could not be laid down.', error);
    return { end: 'wait', code: 'WORK_LOST', calls };
  }
  return {
    ...outcome,
    calls,
    ...(cursor !== undefined && { cursor: true }),
    ...(Object.keys(parts).length > 0 && { parts }),
    ...(Object.keys(sink.counts).length > 0 && { counts: sink.counts }),
  };
}
