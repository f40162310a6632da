import { NightporterError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Plan } from '../plan/plan-file.ts';
import { type ActionResult, type ActionStep, applyAction } from './apply-action.ts';
import type { Outcome } from './ledger.ts';
import { closeLedger } from './undo-file.ts';

export interface CarryOutOptions extends Omit<ActionStep, 'number' | 'action' | 'tries' | 'isLastTry' | 'looks'> {
  /** How many actions the plan has: known without reading it, so that a replay needs nothing but the history. */
  readonly actions: number;
  /** The plan's content, by version and hash; read once in each invocation, inside a step. */
  readonly plan: () => Promise<Plan>;
  /** False when this invocation has too little time left for another action. */
  readonly hasTime: () => boolean;
}

export type ActionCounts = Readonly<Record<Outcome, number>>;

/** So many in a row fail for one reason, which the next ones share. */
const mostFailuresInARow = 10;

/** An action that Box keeps from being done is tried again so often. */
const mostTries = 8;

/** A durable execution holds 3,000 operations; an action is one, and a wait adds two. */
export const mostApplied = 2_000;

/**
 * Applies a plan in its order, one action in each step: a crash repeats one action at most. The book of what was done is closed however it
 * ends.
 * @throws NightporterError `RUN_STOPPED`, `APPROVAL_EXPIRED`, or `ACTIONS_FAILED` when some were tried in vain
 */
export async function carryOut(engine: Engine, options: CarryOutOptions): Promise<ActionCounts> {
  const { counts, failure } = await applyAll(engine, options);
  const tried = counts.done + counts.already + counts.changed + counts.failed;
  await engine.step('ledger', () => closeLedger(options.ledger, tried));
  if (failure !== undefined) throw failure;
  if (counts.failed === 0) return counts;
  const sentence = `Read the ledger, correct what it names and run the job again: ${counts.failed} of ${options.actions} actions failed.`;
  throw new NightporterError('ACTIONS_FAILED', sentence);
}

interface Applying {
  readonly counts: ActionCounts;
  /** Why it ended early. */
  readonly failure?: NightporterError;
}

async function applyAll(engine: Engine, options: CarryOutOptions): Promise<Applying> {
  const counts = { done: 0, already: 0, changed: 0, failed: 0 };
  let failedInARow = 0;
  for (let number = 1; number <= options.actions && failedInARow < mostFailuresInARow; number++) {
    const end = await applyOne(engine, options, number);
    if (end instanceof NightporterError) return { counts, failure: end };
    counts[end]++;
    failedInARow = end === 'failed' ? failedInARow + 1 : 0;
  }
  return { counts };
}

/** Codes that end the run rather than the action. */
const ends = ['RUN_STOPPED', 'APPROVAL_EXPIRED', 'PLAN_INVALID'] as const;

type Step = ActionResult | { readonly ended: (typeof ends)[number]; readonly sentence: string };

async function applyOne(engine: Engine, options: CarryOutOptions, number: number): Promise<Outcome | NightporterError> {
  let tries = 1;
  for (let round = 1; ; round++) {
    const how = { tries, isLastTry: tries === mostTries, looks: round - tries };
    const step = await engine.step(`action ${number}.${round}`, () => tried(options, number, how));
    if ('ended' in step) return new NightporterError(step.ended, step.sentence);
    if (step.outcome !== 'waits') return step.outcome;
    if (!step.isPlanned) tries++;
    await engine.wait(`action ${number}.${round} waits`, step.seconds);
  }
}

/** An error that ends the run is a result: as an error, the step would be tried again. */
async function tried(
  { plan, hasTime, ...options }: CarryOutOptions,
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
