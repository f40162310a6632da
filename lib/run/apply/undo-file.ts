import { canonical } from '../plan/canonical.ts';
import type { Entry, Ledger } from './ledger.ts';

/** One by one, the entries of the largest plan would take longer than a function may. */
const readsAtOnce = 16;

/**
 * Puts all entries into one file, `ledger.ndjson`, and what undoes them, the last first, into `undo.ndjson`; that file is not there when
 * nothing that was done can be undone. `set` is null where a crash took along what was before: the plan's own words say what to do. A repeat writes the same bytes again.
 * @param tried how many actions were brought to an end, each of which has its entry
 * @returns the keys of what was written
 */
export async function closeLedger(ledger: Ledger, tried: number): Promise<{ readonly ledger: string; readonly undo: string | null }> {
  const entries: Entry[] = [];
  for (let from = 1; from <= tried; from += readsAtOnce) {
    const numbers = Array.from({ length: Math.min(readsAtOnce, tried - from + 1) }, (_, nth) => from + nth);
    entries.push(...(await Promise.all(numbers.map((number) => ledger.entry(number)))));
  }
  const book = await ledger.put('ledger.ndjson', lines(entries));
  const undoing = entries.filter(({ outcome, action }) => outcome === 'done' && action.undo !== null).reverse();
  if (undoing.length === 0) return { ledger: book, undo: null };
  return { ledger: book, undo: await ledger.put('undo.ndjson', lines(undoing.map(inverse))) };
}

function inverse({ number, action, undo, after }: Entry): object {
  const { id, what, item, user } = action;
  return { number, undoes: { id, what, item, user }, how: action.undo, from: after, set: undo ?? null };
}

function lines(values: readonly object[]): string {
  return values.map((value) => `${canonical(value)}\n`).join('');
}
