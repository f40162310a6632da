import type { Tally } from './outcome.ts';
import { ledgerKey, type RunPlace, shardKey } from './run-place.ts';
import { lines, type WorkStore } from './work-store.ts';

/** What became of one user: ids and counts alone, since this is kept for years. */
export interface LedgerLine extends Tally {
  /** Null where the job is one subject's. */
  readonly user: string | null;
  readonly end: 'done' | 'failed' | 'halted' | 'left';
  /** Why, where it was not done. */
  readonly code?: string;
  readonly steps: number;
}

/** Of which execution of which shard. */
export interface BookOf {
  readonly place: RunPlace;
  readonly shard: number;
  readonly execution: number;
}

/** Twice: in the ledger for years, and with the work for as long as a redrive may take it over, where a shard may read it again. */
export async function putBook(store: WorkStore, { place, shard, execution }: BookOf, book: readonly LedgerLine[]): Promise<void> {
  const text = book.map((line) => `${JSON.stringify(line)}\n`).join('');
  await store.put(ledgerKey(place, shard, execution), text);
  await store.put(shardKey(place, shard, execution, 'ledger'), text);
}

export async function readBook(store: WorkStore, { place, shard, execution }: BookOf): Promise<readonly LedgerLine[]> {
  return lines(await store.get(shardKey(place, shard, execution, 'ledger'))).map((line) => JSON.parse(line) as LedgerLine);
}
