import { NightporterError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { ActionCounts, PartAnswer, PartStart } from './apply-part.ts';
import type { Ledger } from './ledger.ts';
import { closeLedger } from './undo-file.ts';

export interface CarryOutOptions {
  /** How many actions the plan has. */
  readonly actions: number;
  readonly ledger: Ledger;
  /** Applies the plan from there on, for as long as one execution goes. */
  readonly part: (start: PartStart) => Promise<PartAnswer>;
}

/**
 * Applies a plan part by part, one after the other, since an execution of Lambda's ends at 3,000 operations. The book of what was done is
 * closed however it ends.
 * @throws NightporterError `RUN_STOPPED`, `APPROVAL_EXPIRED`, or `ACTIONS_FAILED` when some were tried in vain; `SHARD_LOST` or why a part
 * was lost
 */
export async function carryOut(engine: Engine, { actions, ledger, part }: CarryOutOptions): Promise<ActionCounts> {
  let counts: ActionCounts = { done: 0, already: 0, changed: 0, failed: 0 };
  let failure: unknown;
  try {
    for (let start: PartStart | undefined = { from: 1, failedInARow: 0 }; start; ) {
      const answer: PartAnswer = await part(start);
      counts = sum(counts, answer.counts);
      if (answer.ended) throw new NightporterError(answer.ended.code, answer.ended.sentence);
      start = answer.next;
    }
  } catch (error) {
    failure = error;
  }
  const tried = counts.done + counts.already + counts.changed + counts.failed;
  await engine.step('ledger', () => closeLedger(ledger, tried));
  if (failure !== undefined) throw failure;
  if (counts.failed === 0) return counts;
  const sentence = `Read the ledger, correct what it names and run the job again: ${counts.failed} of ${actions} actions failed.`;
  throw new NightporterError('ACTIONS_FAILED', sentence);
}

function sum(one: ActionCounts, other: ActionCounts): ActionCounts {
  const { done, already, changed, failed } = other;
  return { done: one.done + done, already: one.already + already, changed: one.changed + changed, failed: one.failed + failed };
}
