import { expect, it } from 'vitest';
import { CrashStage } from './crash-schedule.ts';
import { activeUsers, openRounds } from './rounds.ts';
import { stageOfRounds } from './stage-of-rounds.ts';

it('a run that is killed at any of its calls to AWS ends as one that is not', { timeout: 240_000 }, async () => {
  await using assembly = await stageOfRounds({ 'mark-users': true });
  const hooks = { onExchange: () => {} };
  const callers: string[] = [];
  const aws = {
    onCall: ({ principal }: { readonly principal: string }) => {
      if (principal === 'operator') return;
      callers.push(principal);
      hooks.onExchange();
    },
  };
  await using sandbox = await openRounds(assembly.folder, { users: 1 }, aws);
  const stage = new CrashStage(sandbox, hooks);
  // The first run reads the secret too: those after it have its containers.
  await stage.run([]);
  callers.length = 0;
  const whole = await stage.run([]);
  const points = [...callers];
  const everyone = [...activeUsers(sandbox)].sort();
  let kills = 0;
  for (const [index, caller] of points.entries()) {
    const at = index + 1;
    const run = await stage.run([{ at, victim: /shard/i.test(caller) ? 'shard' : 'coordinator' }]);
    kills += run.kills;
    expect({ at, outcome: run.outcome, payload: run.payload, rows: run.rows }).toEqual({
      at,
      outcome: 'response',
      payload: whole.payload,
      rows: whole.rows,
    });
    expect([...run.marks.keys()].sort(), `killed at ${at}`).toEqual(everyone);
    expect([...run.marks.values()].every(({ length }) => length === 1)).toBe(true);
  }
  console.info(`${points.length} crash points, ${kills} processes killed`);
  expect(kills).toBeGreaterThan(0.5 * points.length);
});
