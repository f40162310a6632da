import { canonical } from '../plan/canonical.ts';
import type { Entry, Ledger } from './ledger.ts';

/**
 * Puts all entries into one file, `ledger.ndjson`, and what undoes them, the last first, into `undo.ndjson`; that file is not there when
 * nothing that was done can be undone. A repeat writes the same bytes again.
 * @returns the keys of what was written
 */
export async function closeLedger(ledger: Ledger, actions: number): Promise<{ readonly ledger: string; readonly undo: string | null }> {
  const entries: Entry[] = [];
  for (let number = 1; number <= actions; number++) {
    const entry = await ledger.entry(number);
    if (entry) entries.push(entry);
  }
  const book = await ledger.put('ledger.ndjson', lines(entries));
  const undoing = entries.filter(({ outcome, undo }) => outcome === 'done' && undo !== undefined).reverse();
  if (undoing.length === 0) return { ledger: book, undo: null };
  return { ledger: book, undo: await ledger.put('undo.ndjson', lines(undoing.map(inverse))) };
}

function inverse({ number, action, undo, after }: Entry): object {
  const { id, what, item, user } = action;
  return { number, undoes: { id, what, item, user }, how: action.undo, from: after, set: undo };
}

function lines(values: readonly object[]): string {
  return values.map((value) => `${canonical(value)}\n`).join('');
}
