import type { RosterUser } from '../declare/durable-job.ts';
import type { ChainOutcome } from './outcome.ts';
import { addCounts } from './outcome.ts';
import { noProgress, type ProgressTotals, totalOf } from './progress.ts';
import { ledgerKey, shardKey, stepKey } from './run-place.ts';
import type { ShardAnswer, ShardWork } from './shard.ts';

export interface Finished {
  readonly index: number;
  readonly outcome: ChainOutcome;
}

/** Objects read at once when lines are gathered. */
const readsAtOnce = 16;

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
  const lines = await gather(work, done);
  await store.put(ledgerKey(place, shard, input.execution), ledger(finished, users));
  if (left.length > 0) {
    const states = left.map(({ index, outcome }) => [index, outcome.state]);
    await store.put(shardKey(place, shard, input.execution, 'left'), JSON.stringify(states));
  }
  const totals = { ...totalOf(finished.filter(({ outcome }) => outcome.end !== 'left').map(totalsOf)), lines };
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

/** Ids and counts alone: this is kept for years. */
function ledger(finished: readonly Finished[], users: readonly RosterUser[]): string {
  return finished
    .map(({ index, outcome }) => {
      const { step: steps, tally } = outcome.state;
      const failure = outcome.end === 'done' || outcome.end === 'left' ? {} : { code: reasonOf(outcome) };
      return `${JSON.stringify({ user: users[index]?.id ?? null, end: outcome.end, ...failure, steps, ...tally })}\n`;
    })
    .join('');
}

/** One object for each kind of line, users in the roster's order and their steps in theirs. @returns lines by kind */
async function gather({ input, place, shard, store }: ShardWork, done: readonly Finished[]): Promise<Readonly<Record<string, number>>> {
  const kinds = new Set(done.flatMap(({ outcome }) => Object.keys(outcome.state.parts)));
  let counts: Readonly<Record<string, number>> = {};
  for (const kind of kinds) {
    const keys = done.flatMap(({ index, outcome }) =>
      (outcome.state.parts[kind] ?? []).map((step) => stepKey(place, shard, index, step, kind)),
    );
    const texts: string[] = [];
    for (let from = 0; from < keys.length; from += readsAtOnce)
      texts.push(...(await Promise.all(keys.slice(from, from + readsAtOnce).map((key) => store.get(key)))));
    const text = texts.join('');
    await store.put(shardKey(place, shard, input.execution, kind), text);
    counts = addCounts(counts, { [kind]: text.split('\n').length - 1 });
  }
  return counts;
}

async function stopIfTooMany({ input, place, progress, log }: ShardWork): Promise<void> {
  const { failed } = totalOf(await progress.all(place.run));
  if (failed <= input.tolerated) return;
  log.error('Too many users have failed: the run ends with what it has.', { failed, tolerated: input.tolerated });
  await progress.stop(place, 'TOO_MANY_FAILED');
}
