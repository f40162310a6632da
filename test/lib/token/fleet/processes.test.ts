import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunsTable, tokensTable } from '../../run/table.ts';
import { openWorld } from './fleet-world.ts';
import { startProcesses } from './processes.ts';

let table: RunsTable;
beforeAll(async () => {
  table = await tokensTable();
});
afterAll(() => table[Symbol.asyncDispose]());

const fingerprints = (told: Awaited<ReturnType<typeof startProcesses>>) => new Set(told.flatMap((coldStart) => coldStart.fingerprints));

describe('fifty cold processes of twenty callers each', () => {
  it('cost one token request and one read of the secret when they share their token', async () => {
    await using world = await openWorld({ table, startAt: Date.now() });
    world.box.faults.always({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 200 });
    const told = await startProcesses(50, world, table.name);
    expect(told).toHaveLength(50);
    // On a machine that gives a process no time for a second, the store seems to be down: then that process goes on by itself, and says so.
    const alone = told.filter((coldStart) => coldStart.alone > 0).length;
    expect(alone).toBeLessThan(10);
    expect(fingerprints(told).size).toBeLessThanOrEqual(1 + alone);
    expect(world.requests({ operation: 'token' })).toBeLessThanOrEqual(1 + alone);
    expect(world.requests({ service: 'secrets' })).toBeLessThanOrEqual(1 + alone);
    console.log(`50 processes: ${world.requests({ operation: 'token' })} token request(s), ${alone} without the store`);
  }, 120_000);

  it('cost one each at most when they do not', async () => {
    await using world = await openWorld({ startAt: Date.now() });
    const told = await startProcesses(50, world, undefined);
    expect(fingerprints(told).size).toBe(50);
    expect(world.requests({ operation: 'token' })).toBe(50);
    expect(world.requests({ service: 'secrets' })).toBe(50);
  }, 120_000);
});
