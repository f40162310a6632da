import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunsTable, tokensTable } from '../../run/table.ts';
import { openWorld, type World } from './fleet-world.ts';
import { sleep } from './go-by.ts';
import type { ColdStart } from './process.ts';
import { readyProcesses, secretArn, startProcesses } from './processes.ts';

let table: RunsTable;
beforeAll(async () => {
  table = await tokensTable();
});
afterAll(() => table[Symbol.asyncDispose]());

const fingerprints = (told: Awaited<ReturnType<typeof startProcesses>>) => new Set(told.flatMap((coldStart) => coldStart.fingerprints));

/** On a machine that gives a process no time for a second, the store seems to be down: then that process goes on by itself, and says so. */
const aloneIn = (told: readonly ColdStart[]): number => told.filter(({ alone }) => alone > 0).length;

/** Lets the world's clock go with the processes' own until it is disposed of. */
function ticking(world: World): Disposable {
  const timer = setInterval(() => world.pass(Math.max(0, Date.now() - world.trueTime())), 50);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

async function sharedFingerprint({ url }: World): Promise<string | undefined> {
  const Key = { pk: { S: `token ${secretArn} ${url}/fleet enterprise` } };
  return (await table.client.send(new GetItemCommand({ TableName: table.name, Key, ConsistentRead: true }))).Item?.fingerprint?.S;
}

describe('fifty cold processes of twenty callers each', () => {
  it('cost one token request and one read of the secret when they share their token', async () => {
    // What is promised holds each time; that hardly any was alone shows only on a machine that has some time, so that it may try thrice.
    let alone = 50;
    for (let attempt = 1; attempt <= 3 && alone >= 10; attempt++) {
      await using world = await openWorld({ table, startAt: Date.now() });
      world.box.faults.always({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 200 });
      const told = await startProcesses(50, world, table.name);
      expect(told).toHaveLength(50);
      alone = aloneIn(told);
      expect(fingerprints(told).size).toBeLessThanOrEqual(1 + alone);
      expect(world.requests({ operation: 'token' })).toBeLessThanOrEqual(1 + alone);
      expect(world.requests({ service: 'secrets' })).toBeLessThanOrEqual(1 + alone);
      console.log(`50 processes: ${world.requests({ operation: 'token' })} token request(s), ${alone} without the store`);
    }
    expect(alone).toBeLessThan(10);
  }, 240_000);

  it('cost one each at most when they do not', async () => {
    await using world = await openWorld({ startAt: Date.now() });
    const told = await startProcesses(50, world, undefined);
    expect(fingerprints(told).size).toBe(50);
    expect(world.requests({ operation: 'token' })).toBe(50);
    expect(world.requests({ service: 'secrets' })).toBe(50);
  }, 120_000);
});

describe('ten cold processes', () => {
  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'have one successor to the holder of the lease, to whom %s happened',
    async (signal) => {
      await using world = await openWorld({ table, startAt: Date.now() });
      using _clock = ticking(world);
      using holder = await readyProcesses(1, world, table.name);
      using others = await readyProcesses(10, world, table.name);
      world.box.faults.once({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 1_500 });
      const late = holder.start();
      while (world.requests({ operation: 'token' }) === 0) await sleep(5);
      for (const child of holder.children) child.kill(signal);
      const told = await others.start();
      const alone = aloneIn(told);
      expect(fingerprints(told).size).toBeLessThanOrEqual(1 + alone);
      expect(world.requests({ operation: 'token' })).toBeLessThanOrEqual(2 + alone);
      const shared = await sharedFingerprint(world);
      if (alone === 0) expect([...fingerprints(told)]).toEqual([shared]);
      if (signal === 'SIGKILL') return;
      // What it got before it was frozen serves itself alone.
      for (const child of holder.children) child.kill('SIGCONT');
      await late;
      expect(await sharedFingerprint(world)).toBe(shared);
    },
    120_000,
  );

  it('get a token each while the store is down, and say so', async () => {
    await using world = await openWorld({ table, startAt: Date.now() });
    using processes = await readyProcesses(10, world, table.name);
    world.internet.always('store', 'broken');
    const told = await processes.start();
    expect(aloneIn(told)).toBe(10);
    expect(fingerprints(told).size).toBe(10);
    expect(world.requests({ operation: 'token' })).toBe(10);
  }, 120_000);
});
