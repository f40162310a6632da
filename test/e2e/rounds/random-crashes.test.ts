import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type Crash, type CrashedRun, CrashStage } from './crash-schedule.ts';
import { activeUsers, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

/** How many schedules, and over how many users: more with CRASHES=1000 and USERS=5000. */
const schedules = Number(process.env.CRASHES ?? 10);
const users = Number(process.env.USERS ?? 60);

let assembly: RoundsAssembly;
let sandbox: Sandbox;
let stage: CrashStage;
let whole: CrashedRun;
const hooks = { onExchange: () => {} };

beforeAll(async () => {
  assembly = await stageOfRounds({ 'mark-users': { params: { parts: 2 }, shards: 2 } });
  sandbox = await openRounds(assembly.folder, { users, onExchange: () => hooks.onExchange() });
  stage = new CrashStage(sandbox, hooks);
  whole = await stage.run([]);
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await assembly[Symbol.asyncDispose]();
});

const crash: fc.Arbitrary<Crash> = fc.record({
  at: fc.integer({ min: 1, max: 2 * users }),
  victim: fc.constantFrom('coordinator', 'shard'),
});

it('under any schedule of crashes every user is done, each part once, and the report is the same byte for byte', {
  timeout: 600_000,
}, async () => {
  let kills = 0;
  const everyone = [...activeUsers(sandbox)].sort();
  await fc.assert(
    fc.asyncProperty(fc.array(crash, { minLength: 1, maxLength: 5 }), async (schedule) => {
      const run = await stage.run(schedule);
      kills += run.kills;
      expect(run.outcome).toBe('response');
      expect([...run.marks.keys()].sort()).toEqual(everyone);
      expect([...run.marks.values()].every(({ length }) => length === 2)).toBe(true);
      expect(run.rows).toBe(whole.rows);
    }),
    { numRuns: schedules, endOnFailure: true },
  );
  console.info(`${schedules} schedules over ${users} users: ${kills} processes killed, nobody lost, nothing diverged`);
  expect(kills).toBeGreaterThanOrEqual(schedules / 2);
});
