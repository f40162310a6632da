import { canonical } from '../plan/canonical.ts';
import type { Entry, Ledger } from './ledger.ts';

/** How many actions came to which end. */
export type ActionCounts = Readonly<Record<Entry['outcome'], number>>;

/**
 * Puts all entries into one file, `ledger.ndjson`, and what undoes them, the last first, into `undo.ndjson`; that file is not there when
 * nothing that was done can be undone. `set` is null where a crash took along what was before: the plan's own words say what to do; and
 * `isUnsure` says of an action that nobody knows whether it was done. All is taken from what stands in the store, since whoever wrote it may
 * be gone. A repeat writes the same bytes again.
 * @returns what the entries count
 */
export async function closeLedger(ledger: Ledger): Promise<ActionCounts> {
  const entries = await ledger.entries();
  await ledger.put('ledger.ndjson', lines(entries));
  const undoing = entries.filter(({ outcome, action }) => (outcome === 'done' || outcome === 'unknown') && action.undo !== null).reverse();
  if (undoing.length > 0) await ledger.put('undo.ndjson', lines(undoing.map(inverse)));
  const counts = { done: 0, already: 0, changed: 0, failed: 0, unknown: 0 };
  for (const { outcome } of entries) counts[outcome]++;
  return counts;
}

function inverse({ number, action, outcome, undo, after }: Entry): object {
  const { id, what, item, user } = action;
  const isUnsure = outcome === 'unknown' ? true : undefined;
  return { number, undoes: { id, what, item, user }, how: action.undo, from: after, set: undo ?? null, isUnsure };
}

function lines(values: readonly object[]): string {
  return values.map((value) => `${canonical(value)}\n`).join('');
}
