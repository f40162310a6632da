import type { RosterUser } from '../declare/durable-job.ts';
import { type LedgerLine, putBook } from './book.ts';
import type { ChainOutcome } from './outcome.ts';
import { addCounts } from './outcome.ts';
import { noProgress, type ProgressTotals, totalOf } from './progress.ts';
import { readMany } from './read-many.ts';
import { shardKey, stepKey } from './run-place.ts';
import type { ShardAnswer, ShardWork } from './shard.ts';
import { putShardLines, type UserLines } from './shard-lines.ts';
import { lines } from './work-store.ts';

export interface Finished {
  readonly index: number;
  readonly outcome: ChainOutcome;
}

/** Gathers what the steps have laid down; all of it follows from what the steps have said, so that doing it again says the same. */
export async function closeShard(
  work: ShardWork,
  finished: readonly Finished[],
  roster: () => Promise<readonly RosterUser[]>,
): Promise<ShardAnswer> {
  const { input, place, shard, store, progress } = work;
  const users = work.hasRoster ? await roster() : [];
  const done = finished.filter(({ outcome }) => outcome.end === 'done');
  const left = finished.filter(({ outcome }) => outcome.end === 'left');
  const written = await gather(work, done);
  await putBook(store, { place, shard, execution: input.execution }, ledger(finished, users));
  if (left.length > 0) {
    const states = left.map(({ index, outcome }) => [index, outcome.state]);
    await store.put(shardKey(place, shard, input.execution, 'left'), JSON.stringify(states));
  }
  const totals = { ...totalOf(finished.filter(({ outcome }) => outcome.end !== 'left').map(totalsOf)), lines: written };
  await progress.put(place.run, { shard, execution: input.execution, ...totals });
  if (totals.failed > 0) await stopIfTooMany(work);
  return { left: left.length };
}

function totalsOf({ outcome }: Finished): ProgressTotals {
  const { calls, waits, waitedSeconds, counts } = outcome.state.tally;
  const sums = { ...noProgress, calls, waits, waitedSeconds };
  if (outcome.end === 'done') return { ...sums, done: 1, counts };
  return { ...sums, failed: 1, reasons: { [reasonOf(outcome)]: 1 } };
}

function reasonOf({ end, code }: ChainOutcome): string {
  return end === 'halted' ? 'RUN_STOPPED' : (code ?? 'JOB_FAILED');
}

function ledger(finished: readonly Finished[], users: readonly RosterUser[]): readonly LedgerLine[] {
  return finished.map(({ index, outcome }) => {
    const { step: steps, tally } = outcome.state;
    const failure = outcome.end === 'done' || outcome.end === 'left' ? {} : { code: reasonOf(outcome) };
    return { user: users[index]?.id ?? null, end: outcome.end, ...failure, steps, ...tally };
  });
}

/** Users in the roster's order and their steps in theirs. @returns lines by kind */
async function gather({ input, place, shard, store }: ShardWork, done: readonly Finished[]): Promise<Readonly<Record<string, number>>> {
  const kinds = new Set(done.flatMap(({ outcome }) => Object.keys(outcome.state.parts)));
  let counts: Readonly<Record<string, number>> = {};
  for (const kind of kinds) {
    const parts = done.flatMap(({ index, outcome }) =>
      (outcome.state.parts[kind] ?? []).map((step) => ({ index, key: stepKey(place, shard, index, step, kind) })),
    );
    const written = await readMany(parts, async ({ index, key }): Promise<UserLines> => ({ index, lines: lines(await store.get(key)) }));
    const { execution } = input;
    counts = addCounts(counts, { [kind]: await putShardLines(store, { place, shard, execution, kind }, written) });
  }
  return counts;
}

async function stopIfTooMany({ input, place, progress, log }: ShardWork): Promise<void> {
  const { failed } = totalOf(await progress.all(place.run));
  if (failed <= input.tolerated) return;
  log.error('Too many users have failed: the run ends with what it has.', { failed, tolerated: input.tolerated });
  await progress.stop(place, 'TOO_MANY_FAILED');
}
