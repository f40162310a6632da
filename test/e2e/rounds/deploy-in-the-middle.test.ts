import { afterAll, beforeAll, expect, it } from 'vitest';
import { CrashStage } from './crash-schedule.ts';
import { activeUsers, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

let before: RoundsAssembly;
let after: RoundsAssembly;
beforeAll(async () => {
  before = await stageOfRounds({ 'mark-users': { params: { parts: 1 } } });
  after = await stageOfRounds({ 'mark-users': { params: { parts: 3 } } });
});
afterAll(async () => {
  await before[Symbol.asyncDispose]();
  await after[Symbol.asyncDispose]();
});

it('a deployment in the middle of a run leaves it to end on the version that it began with', async () => {
  const hooks = { onExchange: () => {} };
  await using sandbox = await openRounds(before.folder, { users: 40, onExchange: () => hooks.onExchange() });
  const stage = new CrashStage(sandbox, hooks);
  let deployed: Promise<unknown> | undefined;
  const { outcome, marks } = await stage.run([{ at: 30, victim: 'shard' }], () => {
    const { onExchange } = hooks;
    hooks.onExchange = () => {
      onExchange();
      deployed ??= sandbox.aws.deploy(after.folder);
    };
  });
  await deployed;
  expect({ outcome, users: marks.size }).toEqual({ outcome: 'response', users: activeUsers(sandbox).length });
  expect(new Set([...marks.values()].map(({ length }) => length))).toEqual(new Set([1]));
  const next = await stage.run([]);
  expect(new Set([...next.marks.values()].map(({ length }) => length))).toEqual(new Set([3]));
});
