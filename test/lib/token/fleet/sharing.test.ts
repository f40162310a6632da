import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../../lib/http/origin.ts';
import type { Subject } from '../../../../lib/token/subject.ts';
import { type RunsTable, tokensTable } from '../../run/table.ts';
import { openWorld, type World } from './fleet-world.ts';
import { goBy, sleep } from './go-by.ts';
import { play } from './play.ts';
import { brokenPromises } from './promises.ts';

const enterprise: Subject = { type: 'enterprise' };

let table: RunsTable;
beforeAll(async () => {
  table = await tokensTable();
});
afterEach(closeConnections);
afterAll(() => table[Symbol.asyncDispose]());

/** Figures must be exact, on a machine that is busy with other things too. */
const fleet = () => ({ table, storeTimeoutMs: 20_000 });

const containersOf = (world: World, count: number) => Array.from({ length: count }, () => world.addContainer());

describe('a fleet that shares its token', () => {
  it('has one successor to a container that was killed while it held the lease, not one for each that waits', async () => {
    await using world = await openWorld(fleet());
    const [victim = expect.unreachable(), ...others] = containersOf(world, 13);
    world.internet.once('box', 'slow', 1);
    void victim.source.get(enterprise).catch(() => undefined);
    while (world.requests({ operation: 'token' }) === 0) await sleep(2);
    world.internet.cut(victim.name);
    const pending = Promise.all(others.map(({ source }) => source.get(enterprise)));
    // Slowly: who waits looks at the table every 150 real milliseconds.
    const tokens = await goBy(world, pending, () => world.pass(100));
    expect(world.mints()).toBe(2);
    expect(new Set(tokens.map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  it.each([
    ['after its successor has shared another', true],
    ['while its successor still asks for one', false],
  ])('lets a holder whom Box keeps beyond its lease overwrite nothing, if it comes %s', async (_, isReplaced) => {
    await using world = await openWorld(fleet());
    const [slow = expect.unreachable(), ...others] = containersOf(world, 13);
    /** Box has the token request of so many, and answers the last of them when it is told to. */
    const asked = async (count: number): Promise<void> => {
      while (world.requests({ operation: 'token' }) < count) await sleep(2);
      world.internet.freeze(world.internet.passed.findLast(({ operation }) => operation === 'token')?.container ?? '');
    };
    world.internet.once('box', 'slow', isReplaced ? 1 : 2);
    const late = slow.source.get(enterprise);
    await asked(1);
    const pending = Promise.all(others.map(({ source }) => source.get(enterprise)));
    await goBy<unknown>(world, isReplaced ? pending : asked(2), () => world.pass(100));
    const before = await world.item();
    world.internet.thaw(slow.name);
    const own = await late;
    expect(await world.item()).toEqual(before);
    for (const { name } of others) world.internet.thaw(name);
    const shared = new Set((await goBy(world, pending, () => world.pass(100))).map(({ fingerprint }) => fingerprint));
    expect(shared).toEqual(new Set([(await world.item()).fingerprint?.S]));
    expect(shared).not.toContain(own.fingerprint);
    expect(slow.events.map(({ kind }) => kind)).toContain('leaseLost');
    expect(world.mints()).toBe(2);
  });

  it('asks for one more after a rotation, however many containers waited for it', async () => {
    const all = { kind: 'calls', containers: [0, 1, 2, 3, 4, 5], subjects: [0] } as const;
    const fleet = await play([all, { kind: 'pass', seconds: 3_700 }, { kind: 'reset', oldLives: false, seconds: 120 }, all], { table });
    expect(brokenPromises(fleet)).toEqual([]);
    expect(fleet.world.requests({ operation: 'token', status: 400 })).toBeGreaterThan(0);
    expect(fleet.world.mints()).toBeLessThanOrEqual(1 + 2);
  });

  it('replaces it before its end, once for all, and reads the table once for each container', async () => {
    await using world = await openWorld(fleet());
    const five = containersOf(world, 5);
    for (const { source } of five) await source.get(enterprise);
    world.pass(3_310_000);
    const before = world.requests({ service: 'store', operation: 'GetItem' });
    for (let call = 0; call < 20; call++) {
      for (const { source } of five) await source.get(enterprise);
      await Promise.all(five.map(({ source }) => source.settle(2_000)));
    }
    expect(world.mints()).toBe(2);
    expect(world.requests({ service: 'store', operation: 'GetItem' }) - before).toBeLessThanOrEqual(2 * five.length);
    for (const { source } of five) expect(source.held(enterprise)?.expiresAt).toBeGreaterThan(world.trueTime() + 3_000_000);
  });

  it.each([
    ['cold', false],
    ['warm', true],
  ])('gives a %s container no token that ends before it is needed', async (_, warm) => {
    await using world = await openWorld(fleet());
    const [first = expect.unreachable(), second = expect.unreachable()] = containersOf(world, 2);
    await first.source.get(enterprise);
    if (warm) await second.source.get(enterprise);
    world.pass(2_400_000);
    const token = await second.source.get(enterprise, { minRemainingMs: 1_500_000 });
    expect(token.expiresAt - world.trueTime()).toBeGreaterThan(1_500_000);
    expect((await first.source.get(enterprise, { minRemainingMs: 1_500_000 })).fingerprint).toBe(token.fingerprint);
    expect(world.mints()).toBe(2);
  });

  it('gives an expired one to nobody, though a new container has a slow clock', async () => {
    await using world = await openWorld(fleet());
    const [first = expect.unreachable(), slow = expect.unreachable()] = containersOf(world, 2);
    await first.source.get(enterprise);
    world.pass(3_780_000);
    slow.clock.move(-360_000);
    await slow.whoAmI(enterprise, () => 900_000);
    expect(world.expiredCalls).toEqual([]);
  });

  it('survives that all tokens are revoked, also where containers had different ones', async () => {
    await using world = await openWorld(fleet());
    const [alone = expect.unreachable(), ...others] = containersOf(world, 4);
    world.internet.always('store', 'throttled');
    await alone.source.get(enterprise);
    world.internet.heal();
    for (const { source } of others) await source.get(enterprise);
    world.revokeAll();
    for (const container of [alone, ...others]) await container.whoAmI(enterprise, () => 900_000);
    expect(world.mints()).toBe(3);
  });

  it('never decrypts an item that was copied from another app, or whose end was moved', async () => {
    await using mine = await openWorld(fleet());
    await using other = await openWorld(fleet());
    await mine.addContainer().source.get(enterprise);
    await other.addContainer().source.get(enterprise);
    await mine.copyItemTo(other);
    const strayed = other.addContainer();
    await strayed.whoAmI(enterprise, () => 900_000);
    expect(other.requests({ service: 'kms', operation: 'Decrypt', status: 400 })).toBe(1);
    await other.moveEndOfItem(600_000);
    await other.addContainer().whoAmI(enterprise, () => 900_000);
    expect(other.requests({ service: 'kms', operation: 'Decrypt', status: 400 })).toBe(2);
  });
});
