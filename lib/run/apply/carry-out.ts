import type { Applied } from '../../declare/changing-job.ts';
import { NightporterError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { Plan, PlannedAction } from '../plan/plan-file.ts';
import type { Switches } from '../switches.ts';
import { applyAction } from './apply-action.ts';
import type { Ledger, Outcome } from './ledger.ts';
import { closeLedger } from './undo-file.ts';

export interface CarryOutOptions {
  /** How many actions the plan has: known without reading it, so that a replay needs nothing but the history. */
  readonly actions: number;
  /** The plan's content, by version and hash; read once in each invocation, inside a step. */
  readonly plan: () => Promise<Plan>;
  readonly apply: (action: PlannedAction) => Promise<Applied>;
  readonly ledger: Ledger;
  readonly switches: () => Promise<Switches>;
  /** Milliseconds since 1970: nothing is applied after it. */
  readonly until: number;
  readonly now: () => number;
}

export type ActionCounts = Readonly<Record<Outcome, number>>;

/** While the stage is paused, a run looks again so often. */
const pausedSeconds = 300;

/** So many in a row fail for one reason, which the next ones share. */
const mostFailuresInARow = 10;

/** A durable execution holds 3,000 operations; an action is one, and a pause adds two. */
export const mostApplied = 2_000;

/**
 * Applies a plan in its order, one action in each step: a crash repeats one action at most. The book of what was done is closed however it
 * ends.
 * @throws NightporterError `RUN_STOPPED`, `APPROVAL_EXPIRED`, or `ACTIONS_FAILED` when some were tried in vain
 */
export async function carryOut(engine: Engine, options: CarryOutOptions): Promise<ActionCounts> {
  const counts = { done: 0, already: 0, changed: 0, failed: 0 };
  const failure = await applyAll(engine, options, counts);
  await engine.step('ledger', () => closeLedger(options.ledger, options.actions));
  if (failure !== undefined) throw failure;
  if (counts.failed > 0) {
    const sentence = `Read the ledger, correct what it names and run the job again: ${counts.failed} of ${options.actions} actions failed.`;
    throw new NightporterError('ACTIONS_FAILED', sentence);
  }
  return counts;
}

/** Why it ended early. */
async function applyAll(engine: Engine, options: CarryOutOptions, counts: Record<Outcome, number>): Promise<NightporterError | undefined> {
  let failedInARow = 0;
  for (let number = 1; number <= options.actions; number++) {
    const end = await applyOne(engine, options, number);
    if (end instanceof NightporterError) return end;
    counts[end]++;
    failedInARow = end === 'failed' ? failedInARow + 1 : 0;
    if (failedInARow === mostFailuresInARow) return undefined;
  }
  return undefined;
}

/** Codes that end the run rather than the action. */
const ends = ['RUN_STOPPED', 'APPROVAL_EXPIRED', 'PLAN_INVALID'] as const;
type End = (typeof ends)[number];

type Step = { readonly outcome: Outcome | 'paused' } | { readonly ended: End; readonly sentence: string };

async function applyOne(engine: Engine, options: CarryOutOptions, number: number): Promise<Outcome | NightporterError> {
  for (let round = 1; ; round++) {
    const name = round === 1 ? `action ${number}` : `action ${number} again ${round}`;
    const step = await engine.step(name, () => tried(options, number));
    if ('ended' in step) return new NightporterError(step.ended, step.sentence);
    if (step.outcome !== 'paused') return step.outcome;
    await engine.wait(`pause ${number} ${round}`, pausedSeconds);
  }
}

/** An error that ends the run is a result: as an error, the step would be tried again. */
async function tried({ plan, ...options }: CarryOutOptions, number: number): Promise<Step> {
  try {
    const action = (await plan()).actions[number - 1];
    if (action === undefined) throw new NightporterError('PLAN_INVALID', 'Run the job again: its plan has fewer actions than it had.');
    const { outcome } = await applyAction({ ...options, number, action });
    return { outcome };
  } catch (error) {
    const code = error instanceof NightporterError ? ends.find((each) => each === error.code) : undefined;
    if (code === undefined) throw error;
    return { ended: code, sentence: (error as NightporterError).message };
  }
}
