import { type ErrorCode, NightporterError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Plan } from '../plan/plan-file.ts';
import { type ActionResult, type ActionStep, applyAction } from './apply-action.ts';
import type { Outcome } from './ledger.ts';

export interface PartOptions extends Omit<ActionStep, 'number' | 'action' | 'tries' | 'isLastTry' | 'looks'>, PartStart {
  /** How many actions the plan has: known without reading it, so that a replay needs nothing but the history. */
  readonly actions: number;
  /** The plan's content, by version and hash; read once in each invocation, inside a step. */
  readonly plan: () => Promise<Plan>;
  /** False when this invocation has too little time left for another action. */
  readonly hasTime: () => boolean;
  /** Operations of this execution that are used before the rest is handed back. */
  readonly operations: number;
}

/** Where a part begins. */
export interface PartStart {
  /** Number of its first action, from 1. */
  readonly from: number;
  /** How many before it have failed one after the other. */
  readonly failedInARow: number;
}

/** How one part of a plan ended; what came of its actions stands in the book. */
export interface PartAnswer {
  /** Where the next part begins; none where the plan is at its end, or ended early. */
  readonly next?: PartStart;
  /** Why it ended early. */
  readonly ended?: { readonly code: ErrorCode; readonly sentence: string };
}

/** So many in a row fail for one reason, which the next ones share. */
const mostFailuresInARow = 10;

/** An action that Box keeps from being done is tried again so often. */
const mostTries = 8;

/** Applies a plan in its order from one of its actions on, each in a step of its own: a crash repeats one action at most. */
export async function applyPart(engine: Engine, options: PartOptions): Promise<PartAnswer> {
  let { failedInARow } = options;
  let operations = 0;
  for (let number = options.from; number <= options.actions && failedInARow < mostFailuresInARow; number++) {
    if (operations >= options.operations) return { next: { from: number, failedInARow } };
    const { end, used } = await applyOne(engine, options, number);
    if (typeof end === 'object') return { ended: end };
    operations += used;
    failedInARow = end === 'failed' ? failedInARow + 1 : 0;
  }
  return {};
}

/** Codes that end the run rather than the action. */
const ends = ['RUN_STOPPED', 'APPROVAL_EXPIRED', 'PLAN_INVALID'] as const;

type Step = ActionResult | { readonly ended: (typeof ends)[number]; readonly sentence: string };

interface One {
  readonly end: Outcome | NonNullable<PartAnswer['ended']>;
  /** Operations. */
  readonly used: number;
}

async function applyOne(engine: Engine, options: PartOptions, number: number): Promise<One> {
  let tries = 1;
  let used = 0;
  for (let round = 1; ; round++) {
    const how = { tries, isLastTry: tries === mostTries, looks: round - tries };
    const step = await engine.step(`action ${number}.${round}`, () => tried(options, number, how));
    used++;
    if ('ended' in step) return { end: { code: step.ended, sentence: step.sentence }, used };
    // In the same invocation if it has time, where what the action has kept is still there.
    if (step.outcome === 'unfinished') continue;
    if (step.outcome !== 'waits') return { end: step.outcome, used };
    if (!step.isPlanned) tries++;
    used++;
    await engine.wait(`action ${number}.${round} waits`, step.seconds);
  }
}

/** An error that ends the run is a result: as an error, the step would be tried again. */
async function tried(
  { plan, hasTime, ...options }: PartOptions,
  number: number,
  how: Pick<ActionStep, 'tries' | 'isLastTry' | 'looks'>,
): Promise<Step> {
  if (!hasTime()) return { outcome: 'waits', seconds: 1, isPlanned: true };
  try {
    const action = (await plan()).actions[number - 1];
    if (action === undefined) throw new NightporterError('PLAN_INVALID', 'Run the job again: its plan has fewer actions than it had.');
    return await applyAction({ ...options, ...how, number, action });
  } catch (error) {
    const code = error instanceof NightporterError ? ends.find((each) => each === error.code) : undefined;
    if (code === undefined) throw error;
    return { ended: code, sentence: (error as NightporterError).message };
  }
}
