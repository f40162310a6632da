import { expect, it } from 'vitest';
import { play } from './play.ts';
import { brokenPromises } from './promises.ts';
import type { Step } from './schedule.ts';
import { services, troubles } from './trouble.ts';
import { withTable } from './with-table.ts';

const table = withTable();

const calls = (count: number, subjects: readonly number[] = [0]): Step => ({
  kind: 'calls',
  containers: Array.from({ length: count }, (_, index) => index),
  subjects,
});
const everyTrouble = services.flatMap((service) => troubles.map((trouble): Step => ({ kind: 'trouble', service, trouble, times: 2 })));
/** For as many cold containers as are to start at once, and more than the one that starts with it uses up. */
const many = (['store', 'kms', 'box'] as const).map((service): Step => ({ kind: 'trouble', service, trouble: 'throttled', times: 4 }));

const steps: readonly Step[] = [
  calls(20, [0, 1, 2]),
  ...everyTrouble,
  { kind: 'kill', container: 3 },
  calls(20),
  { kind: 'clock', container: 4, minutes: -10 },
  { kind: 'clock', container: 5, minutes: 10 },
  calls(20),
  { kind: 'reset', oldLives: true, seconds: 60 },
  { kind: 'revoke' },
  calls(20),
  { kind: 'pass', seconds: 60 },
  { kind: 'reset', oldLives: false, seconds: 120 },
  { kind: 'revoke' },
  calls(20),
  { kind: 'wrongSecret', seconds: 120 },
  { kind: 'revoke' },
  calls(20),
  { kind: 'revoke' },
  ...many,
  // Nearly all the others start now, cold and at once, while this one hears nothing.
  { kind: 'freeze', container: 7, seconds: 600 },
];

it('a thousand simulated containers, with all troubles among them, keep the promises of six', async () => {
  const fleet = await play(steps, { table: table(), size: 1_000 });
  const asked = {
    runs: fleet.outcomes.length,
    mints: fleet.world.mints(fleet.world.box.enterprise.serviceAccount.id),
    tokenRequests: fleet.world.requests({ operation: 'token' }),
    secretReads: fleet.world.requests({ service: 'secrets' }),
  };
  console.log(asked, Object.fromEntries([...fleet.happened].sort()));
  expect(brokenPromises(fleet)).toEqual([]);
  // What few containers ask for in their troubles; a thousand cold ones beside them ask for nothing.
  expect(asked.runs).toBeGreaterThan(2_000);
  expect(asked.mints).toBeLessThan(50);
  expect(asked.tokenRequests).toBeLessThan(400);
  expect(asked.secretReads).toBeLessThan(700);
  const kinds = services.flatMap((service) => troubles.map((trouble) => `${service} ${trouble}`));
  expect(kinds.filter((kind) => !fleet.happened.get(kind))).toEqual([]);
}, 240_000);
