import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callBudgets } from '../../../lib/run/call-budgets.ts';
import { sharedPauseIn } from '../../../lib/run/shared-pause.ts';
import { type RunsTable, runsTable } from './table.ts';

let table: RunsTable;
beforeAll(async () => {
  table = await runsTable();
});
afterAll(() => table[Symbol.asyncDispose]());

const pauseOf = (app: string, name = 'job', now = () => 0) => sharedPauseIn({ client: table.client, table: table.name, app, name, now });

it('a longer pause stands when somebody was told a shorter one, and a longer one takes its place', async () => {
  const heldMs = async () => (await pauseOf('reader').look())?.pauseUntil;
  const pause = pauseOf('reader');
  for (const [until, held] of [
    [60_000, 60_000],
    [10_000, 60_000],
    [90_000, 90_000],
  ] as const) {
    await pause.tell(until);
    expect(await heldMs()).toBe(held);
  }
});

it('what a container was told is written when it says that its pauses are told', async () => {
  const written: number[] = [];
  const tell = (until: number) => setTimeout(20).then(() => void written.push(until));
  const budgets = callBudgets({ shared: { tell, look: () => undefined } });
  const budget = await budgets.of('enterprise');
  for (const ms of [60_000, 90_000]) budget.pause(ms);
  await budgets.told();
  expect(written).toHaveLength(2);
});

describe('callers that were held together', () => {
  it('know how many they are when the pause ends, whoever of them was told by Box, and for the next five minutes', async () => {
    let now = 1_000_000;
    const callers = ['night', 'day', 'hook'].map((name) => pauseOf('keeper', name, () => now));
    const seen = async () => (await Promise.all(callers.map((each) => each.look()))).map((shares) => shares?.callers);
    expect(await seen()).toEqual([1, 1, 1]);
    await callers[0]?.tell(now + 60_000);
    now += 5_000;
    await seen();
    now += 60_000;
    expect(await seen()).toEqual([3, 3, 3]);
    // One has ended; the others are held again, and are two from the moment that the first pause is long over.
    await callers[0]?.tell(now + 60_000);
    now += 5_000;
    await callers[1]?.look();
    now += 299_000;
    expect((await callers[0]?.look())?.callers).toBe(2);
    now += 62_000;
    expect((await callers[0]?.look())?.callers).toBe(1);
  });

  it('are one where nobody else is there, which has the whole limit, and ten where the table does not say', async () => {
    let now = 1_000_000;
    const alone = pauseOf('lonely', 'night', () => now);
    await alone.tell(now + 60_000);
    now += 5_000;
    expect(await alone.look()).toEqual({ pauseUntil: 1_060_000, callers: 1 });
    const lost = sharedPauseIn({ client: table.client, table: 'gone', app: 'lonely', name: 'night' });
    expect(await lost.look()).toEqual({ pauseUntil: 0, callers: 10 });
  });
});
