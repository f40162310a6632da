import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunsTable } from '../../run/table.ts';
import { play } from './play.ts';
import { brokenPromises } from './promises.ts';
import { type Step, schedule } from './schedule.ts';
import { type Service, services, troubles } from './trouble.ts';
import { withTable } from './with-table.ts';

const table = withTable();

/** Fleets that are played for each trouble that there is; `FLEET=1` plays many more. */
const rounds = process.env.FLEET ? 8 : 1;

const mishaps: readonly (readonly [string, Step])[] = [
  ['reset, old secret dead', { kind: 'reset', oldLives: false, seconds: 300 }],
  ['reset, old secret lives on', { kind: 'reset', oldLives: true, seconds: 300 }],
  ['wrong secret', { kind: 'wrongSecret', seconds: 120 }],
  ['tokens revoked', { kind: 'revoke' }],
  ['container frozen', { kind: 'freeze', container: 1, seconds: 7_200 }],
  ['killed at a token request', { kind: 'kill', container: 2 }],
  ['clock set back', { kind: 'clock', container: 3, minutes: -10 }],
  ['clock set forward', { kind: 'clock', container: 4, minutes: 10 }],
];

/** Plays random schedules, each with one of these troubles and one mishap for certain; says what really happened in them. */
async function playAll(of: readonly Service[], options: { readonly table?: RunsTable }): Promise<void> {
  const certain = of.flatMap((service) => troubles.map((trouble): Step => ({ kind: 'trouble', service, trouble, times: 2 })));
  const happened = new Map<string, number>();
  let fleets = 0;
  const property = fc.asyncProperty(schedule, async (steps) => {
    const [trouble, mishap] = [certain[fleets % certain.length], mishaps[fleets % mishaps.length]?.[1]];
    // Each mishap with either, in turn.
    const deadPair = Math.floor(fleets / mishaps.length) % 2 === 0 ? 'invalid_client' : 'invalid_grant';
    fleets++;
    const fleet = await play(
      [trouble, ...steps, mishap, ...steps.slice(0, 3)].filter((step) => step !== undefined),
      { ...options, deadPair },
    );
    for (const [kind, times] of fleet.happened) happened.set(kind, (happened.get(kind) ?? 0) + times);
    happened.set('runs', (happened.get('runs') ?? 0) + fleet.outcomes.length);
    expect(brokenPromises(fleet)).toEqual([]);
  });
  await fc.assert(property, { numRuns: certain.length * rounds, endOnFailure: true });
  console.log(
    `${fleets} fleets, ${options.table ? 'one token shared' : 'each container for itself'}:`,
    Object.fromEntries([...happened].sort()),
  );
  const kinds = [...mishaps.map(([kind]) => kind), ...of.flatMap((service) => troubles.map((trouble) => `${service} ${trouble}`))];
  const floors = [['runs', 300 * rounds] as const, ...kinds.map((kind) => [kind, rounds] as const)];
  expect(floors.filter(([kind, floor]) => (happened.get(kind) ?? 0) < floor)).toEqual([]);
}

describe('a fleet in trouble', () => {
  it("that shares its token sends no expired one, no other subject's, fails no run without need, and asks for little", async () => {
    await playAll(services, { table: table() });
  }, 540_000);

  it('whose containers mint for themselves does the same', async () => {
    await playAll(['box', 'secrets'], {});
  }, 540_000);
});
