import type { Applied, Unfinished } from '../../declare/changing-job.ts';
import { type ErrorCode, NightporterError } from '../../errors.ts';
import type { PlannedAction } from '../plan/plan-file.ts';
import type { Switches } from '../switches.ts';
import type { Trouble } from '../trouble.ts';
import type { Ledger, Outcome } from './ledger.ts';

export interface ActionStep {
  /** Its place in the plan, from 1. */
  readonly number: number;
  readonly action: PlannedAction;
  /** The job's own: looks at the world as it is now, and changes it only where it is as the plan saw it. */
  apply(action: PlannedAction): Promise<Applied | Unfinished>;
  /** Whether what it threw may be over in a while. */
  readonly trouble: (error: unknown) => Promise<Trouble>;
  /** Which try this is, from 1. */
  readonly tries: number;
  /** It has been waited for often enough: what may be over in a while is a failure now. */
  readonly isLastTry: boolean;
  /** How often it was looked at, and had to wait for no fault of its own, or was unfinished. */
  readonly looks: number;
  /** Whole seconds that the first call for it would be held by Box's limits, if that is worth a wait outside of the step; else 0. */
  readonly heldSeconds: (action: PlannedAction) => Promise<number>;
  readonly ledger: Ledger;
  readonly switches: () => Promise<Switches>;
  /** Milliseconds since 1970: after that, nobody's approval holds any more. */
  readonly until: number;
  readonly now: () => number;
}

/** Small and without names: what a step may return. `waits`: nothing was brought to an end, and nothing can be for so long. */
export type ActionResult =
  | { readonly outcome: Outcome; readonly code?: string }
  | Unfinished
  | { readonly outcome: 'waits'; readonly seconds: number; readonly isPlanned: boolean };

/** While the stage is paused, a run looks again after so long; more seldom after an hour, since each look is operations. */
const pausedSeconds = 300;
const looksInAnHour = 12;
const longPausedSeconds = 1_800;

/** At a step's length each, longer than any approval holds; and far from the operations of an execution. */
const mostLooks = 300;

/** Twice as long each time, whatever Box asks for: seven waits are 25 minutes, so that an outage of ten fails nothing. */
const shortestTroubleSeconds = 15;
const longestTroubleSeconds = 600;

/**
 * One action, in a step of its own, as often as crashes make it: its beginning is written down first, so that one which took effect while
 * its answer was lost is known as this run's when it is met again.
 * @throws NightporterError `RUN_STOPPED`, `APPROVAL_EXPIRED`, `PLAN_NOT_WRITTEN`; what `apply` throws is an outcome
 */
export async function applyAction(step: ActionStep): Promise<ActionResult> {
  const { number, action, ledger, now } = step;
  const { stopped, paused } = await step.switches();
  if (stopped)
    throw new NightporterError('RUN_STOPPED', 'Start a new run when it may go on: somebody stopped this one before all was done.');
  // Before the pause: a stage that is paused for longer than an approval holds has changed meanwhile.
  if (now() > step.until) {
    throw new NightporterError('APPROVAL_EXPIRED', 'Run the job again: the approval of this plan ended before all of it was applied.');
  }
  if (paused) return { outcome: 'waits', seconds: pauseOf(step), isPlanned: true };
  const heldSeconds = await step.heldSeconds(action);
  if (heldSeconds > 0) return { outcome: 'waits', seconds: Math.min(heldSeconds, pauseOf(step)), isPlanned: true };
  const at = (): string => new Date(now()).toISOString();
  const repeated = !(await ledger.begin({ number, action, at: at() }));
  const attempted = await attempt(step, repeated);
  if (attempted.outcome === 'waits' || attempted.outcome === 'unfinished') return attempted;
  await ledger.end({ number, action, repeated, at: at(), ...attempted });
  return { outcome: attempted.outcome, ...('code' in attempted && { code: attempted.code }) };
}

/** Never longer than until the end of the approval, which ends the run. */
function pauseOf({ looks, until, now }: ActionStep): number {
  const seconds = looks < looksInAnHour ? pausedSeconds : longPausedSeconds;
  return Math.max(1, Math.min(seconds, Math.ceil((until - now()) / 1000) + 1));
}

type Attempted =
  | Applied
  | { readonly outcome: 'failed'; readonly code: string }
  | Extract<ActionResult, { outcome: 'waits' | 'unfinished' }>;

async function attempt({ action, apply, trouble, tries, isLastTry, looks }: ActionStep, repeated: boolean): Promise<Attempted> {
  try {
    const applied = await apply(action);
    if (applied.outcome === 'unfinished' && looks >= mostLooks) return { outcome: 'failed', code: 'RUN_TOO_LONG' satisfies ErrorCode };
    // It was begun before, and now it is as it should be: it was us. What was before went down with that try.
    return repeated && applied.outcome === 'already' ? { outcome: 'done', before: {}, after: {} } : applied;
  } catch (error) {
    const met = await trouble(error);
    if (!met.passes || isLastTry) return { outcome: 'failed', code: met.code };
    const seconds = Math.min(shortestTroubleSeconds * 2 ** (tries - 1), longestTroubleSeconds);
    return { outcome: 'waits', seconds: Math.max(seconds, met.seconds ?? 0), isPlanned: false };
  }
}
