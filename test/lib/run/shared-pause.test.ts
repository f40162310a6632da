import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CallBudget } from '../../../lib/box/call-gate.ts';
import { callBudgets } from '../../../lib/run/call-budgets.ts';
import { sharedPauseIn } from '../../../lib/run/shared-pause.ts';
import { type RunsTable, runsTable } from './table.ts';

let table: RunsTable;
beforeAll(async () => {
  table = await runsTable();
});
afterAll(() => table[Symbol.asyncDispose]());

it('a longer pause stands when somebody was told a shorter one, and a longer one takes its place', async () => {
  const heldMs = async () => {
    const budget = new CallBudget({ now: () => 0 });
    await sharedPauseIn(table.client, table.name, 'reader').apply(budget);
    return budget.heldMs();
  };
  const pause = sharedPauseIn(table.client, table.name, 'reader');
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
  const budgets = callBudgets(1, { tell, apply: async () => {} });
  const budget = await budgets.of('enterprise');
  for (const ms of [60_000, 90_000]) budget.pause(ms);
  await budgets.told();
  expect(written).toHaveLength(2);
});
