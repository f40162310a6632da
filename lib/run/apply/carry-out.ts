import { NightporterError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { PartAnswer, PartStart } from './apply-part.ts';
import type { Ledger } from './ledger.ts';
import { type ActionCounts, closeLedger } from './undo-file.ts';

export interface CarryOutOptions {
  /** How many actions the plan has. */
  readonly actions: number;
  readonly ledger: Ledger;
  /** Applies the plan from there on, for as long as one execution goes. */
  readonly part: (start: PartStart) => Promise<PartAnswer>;
  /** Puts into the run's record what the book says, however it ends. */
  readonly note: (counts: ActionCounts) => Promise<void>;
}

/**
 * Applies a plan part by part, one after the other, since an execution of Lambda's ends at 3,000 operations. The book of what was done is
 * closed however it ends, and alone says what counts: a part that is lost answers nothing, and what it did is done.
 * @throws NightporterError `RUN_STOPPED`, `APPROVAL_EXPIRED`, or `ACTIONS_FAILED` when some were tried in vain; `SHARD_LOST` or why a part
 * was lost
 */
export async function carryOut(engine: Engine, { actions, ledger, part, note }: CarryOutOptions): Promise<ActionCounts> {
  let failure: unknown;
  try {
    for (let start: PartStart | undefined = { from: 1, failedInARow: 0 }; start; ) {
      const { ended, next }: PartAnswer = await part(start);
      if (ended) throw new NightporterError(ended.code, ended.sentence);
      start = next;
    }
  } catch (error) {
    failure = error;
  }
  const counts = await engine.step('ledger', async () => {
    const closed = await closeLedger(ledger);
    await note(closed);
    return closed;
  });
  if (failure !== undefined) throw failure;
  if (counts.failed === 0) return counts;
  const sentence = `Read the ledger, correct what it names and run the job again: ${counts.failed} of ${actions} actions failed.`;
  throw new NightporterError('ACTIONS_FAILED', sentence);
}
