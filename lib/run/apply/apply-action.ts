import type { Applied } from '../../declare/changing-job.ts';
import { NightporterError } from '../../errors.ts';
import type { PlannedAction } from '../plan/plan-file.ts';
import type { Switches } from '../switches.ts';
import type { Ledger, Outcome } from './ledger.ts';

export interface ActionStep {
  /** Its place in the plan, from 1. */
  readonly number: number;
  readonly action: PlannedAction;
  /** The job's own: looks at the world as it is now, and changes it only where it is as the plan saw it. */
  apply(action: PlannedAction): Promise<Applied>;
  readonly ledger: Ledger;
  readonly switches: () => Promise<Switches>;
  /** Milliseconds since 1970: after that, nobody's approval holds any more. */
  readonly until: number;
  readonly now: () => number;
}

/** Small and without names: what a step may return. */
export interface ActionResult {
  readonly outcome: Outcome | 'paused';
  readonly code?: string;
}

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
  if (paused) return { outcome: 'paused' };
  if (now() > step.until) {
    throw new NightporterError('APPROVAL_EXPIRED', 'Run the job again: the approval of this plan ended before all of it was applied.');
  }
  const repeated = !(await ledger.begin(number, action));
  const applied = await attempt(step, repeated);
  await ledger.end({ number, action, repeated, at: new Date(now()).toISOString(), ...applied });
  return { outcome: applied.outcome, ...('code' in applied && { code: applied.code }) };
}

type Attempted = Applied | { readonly outcome: 'failed'; readonly code: string };

async function attempt({ action, apply }: ActionStep, repeated: boolean): Promise<Attempted> {
  try {
    const applied = await apply(action);
    // It was begun before, and now it is as it should be: it was us, and the plan knows what was before.
    if (repeated && applied.outcome === 'already') {
      const before = action.details ?? {};
      return { outcome: 'done', before, after: {}, ...(action.undo !== null && { undo: before }) };
    }
    return applied;
  } catch (error) {
    return { outcome: 'failed', code: error instanceof NightporterError ? error.code : 'JOB_FAILED' };
  }
}
