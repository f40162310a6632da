import { type LedgerLine, putBook, readBook } from './book.ts';
import { addCounts, nothingYet } from './outcome.ts';
import { noProgress, type Progress, type ProgressBook, totalOf } from './progress.ts';
import { readShard } from './roster.ts';
import { type RunPlace, rosterKey, shardKey } from './run-place.ts';
import type { ShardAnswer } from './shard.ts';
import { putShardLines, shardLines } from './shard-lines.ts';
import type { WorkStore } from './work-store.ts';

export interface CarryOver {
  readonly store: WorkStore;
  readonly progress: ProgressBook;
  /** The earlier run for the same due time, and this one. */
  readonly from: RunPlace;
  readonly to: RunPlace;
  readonly shard: number;
}

const one = { ...noProgress, done: 1 };

/**
 * Takes over what an earlier run has done of a shard, as if it had been this run's first execution of it: who is done there stays done, with
 * lines and counts, and all others are handed back. A repeat writes the same.
 * @throws NightporterError `WORK_LOST` where too little is left of the earlier run
 */
export async function carryOver({ store, progress, from, to, shard }: CarryOver): Promise<ShardAnswer> {
  const users = await readShard(store, from, shard);
  // What an execution has not brought into the run's sum was never counted, whatever it has laid down.
  const executions = (await progress.all(from.run, shard)).filter((each) => each.done > 0);
  const positions = new Map(users.map(({ id }, index) => [id, index]));
  const done = new Map<number, LedgerLine>();
  for (const { execution } of executions) {
    for (const line of await readBook(store, { place: from, shard, execution })) {
      const index = positions.get(line.user ?? '');
      if (line.end === 'done' && index !== undefined) done.set(index, line);
    }
  }
  const left = users.flatMap((_, index) => (done.has(index) ? [] : [index]));
  await store.put(rosterKey(to, shard), users.map((user) => `${JSON.stringify(user)}\n`).join(''));
  await putBook(
    store,
    { place: to, shard, execution: 1 },
    [...done.entries()].toSorted(([a], [b]) => a - b).map(([, line]) => line),
  );
  await store.put(shardKey(to, shard, 1, 'left'), JSON.stringify(left.map((index) => [index, nothingYet])));
  const written = await carryLines({ store, from, to, shard }, executions);
  const sums = totalOf(
    [...done.values()].map(({ calls, waits, waitedSeconds, counts }) => ({ ...one, calls, waits, waitedSeconds, counts })),
  );
  await progress.put(to.run, { ...sums, shard, execution: 1, lines: written });
  return { left: left.length };
}

async function carryLines(
  { store, from, to, shard }: Omit<CarryOver, 'progress'>,
  executions: readonly Progress[],
): Promise<Readonly<Record<string, number>>> {
  const kinds = new Set(executions.flatMap(({ lines }) => Object.keys(lines)));
  let counts: Readonly<Record<string, number>> = {};
  for (const kind of kinds) {
    const found = await shardLines(store, from, executions, kind);
    counts = addCounts(counts, { [kind]: await putShardLines(store, { place: to, shard, execution: 1, kind }, found) });
  }
  return counts;
}
