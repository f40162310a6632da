import { setTimeout } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { CallGate } from '../../../lib/box/call-gate.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { callBudgets } from '../../../lib/run/call-budgets.ts';
import { sharedPauseIn } from '../../../lib/run/shared-pause.ts';
import { Clock } from '../../sandbox/box/clock.ts';
import { type RunsTable, runsTable } from './table.ts';

const never = new AbortController().signal;
let table: RunsTable;
beforeAll(async () => {
  table = await runsTable();
});
afterAll(() => table[Symbol.asyncDispose]());

interface Setting {
  /** Spaces the looks at the table. */
  readonly clock?: Clock;
  readonly client?: DynamoDBClient;
  readonly job?: string;
  /** Containers of the job at once. */
  readonly containers?: number;
}

/** A container that has just started, among four of one job. */
function container(app: string, { clock = new Clock(), client = table.client, job = 'job', containers = 4 }: Setting = {}) {
  const shared = sharedPauseIn({ client, table: table.name, app, name: job, now: clock.now });
  return callBudgets({ containers, shared });
}

/** Where nobody answers. */
function nowhere(): DynamoDBClient {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return new DynamoDBClient({
    ...{ ...awsClientOptions(), region: 'eu-west-1', credentials },
    ...{ endpoint: 'http://127.0.0.1:1', maxAttempts: 1 },
  });
}

function passAtOnce(gate: CallGate): number {
  let passed = 0;
  for (; gate.heldMs() === 0; passed++) gate.admit(never, 'call');
  return passed;
}

describe('containers that share the service account', () => {
  it('all wait when Box has asked one of them to, as soon as they look again', async () => {
    const clock = new Clock();
    const [one, other] = [container('shared'), container('shared', { clock })];
    expect((await other.of('enterprise')).heldMs()).toBe(0);
    (await one.of('enterprise')).pause(30_000);
    await vi.waitFor(async () => expect((await container('shared').of('enterprise')).heldMs()).toBeGreaterThan(20_000));
    clock.advance(4_000);
    expect((await other.of('enterprise')).heldMs()).toBe(0);
    clock.advance(1_000);
    expect((await other.of('enterprise')).heldMs()).toBeGreaterThan(20_000);
  });

  it('hold nobody else: neither the users, whose limits are their own, nor another app', async () => {
    const one = container('alone');
    (await one.of('enterprise')).pause(30_000);
    await vi.waitFor(async () => expect((await container('alone').of('enterprise')).heldMs()).toBeGreaterThan(20_000));
    expect((await one.of('11000001')).heldMs()).toBe(0);
    expect((await container('another').of('enterprise')).heldMs()).toBe(0);
  });

  it('tell of no user that he has to wait: his calls are made in one container only', async () => {
    (await container('user').of('11000001')).pause(30_000);
    (await container('user').of('enterprise')).pause(1);
    expect((await container('user').of('enterprise')).heldMs()).toBeLessThan(1_000);
  });

  it('divide a tenth of the limit when the table is down, which is safe, wait for what they were told themselves, and fail nobody', async () => {
    const client = nowhere();
    const containers = Array.from({ length: 4 }, () => container('down', { client }));
    const gates = await Promise.all(containers.map((each) => each.of('enterprise')));
    const passed = gates.map(passAtOnce);
    expect(passed).toEqual([25, 25, 25, 25]);
    gates[0]?.pause(90_000);
    expect((await containers[0]?.of('enterprise'))?.heldMs()).toBeGreaterThan(80_000);
    expect((await containers[1]?.of('enterprise'))?.heldMs()).toBeLessThan(61_000);
    client.destroy();
  });
});

describe('jobs of one app', () => {
  it('have the whole limit each until Box refuses one of them, and no more than the limit together from then on', async () => {
    const clock = new Clock();
    const night = () => container('jobs', { clock, job: 'night', containers: 2 });
    const day = () => container('jobs', { clock, job: 'day', containers: 1 });
    const passed = () => Promise.all([night(), night(), day()].map(async (each) => passAtOnce(await each.of('enterprise'))));
    expect(await passed()).toEqual([500, 500, 1_000]);
    const [refused, other] = [night(), day()];
    refused.at('enterprise').pause(1);
    await refused.told();
    expect((await other.of('enterprise')).calls).toBe(0);
    await setTimeout(10);
    expect(await passed()).toEqual([250, 250, 500]);
    // Those that go on side by side divide what they have not yet used.
    clock.advance(5_000);
    expect([passAtOnce(await refused.of('enterprise')), passAtOnce(await other.of('enterprise'))]).toEqual([250, 500]);
  });

  it('look beside their calls, which never wait for it', async () => {
    const clock = new Clock();
    const one = container('beside', { clock });
    const other = container('beside', { job: 'other' });
    other.at('enterprise').pause(60_000);
    await other.told();
    expect(one.at('enterprise').admit(never, 'call')).toBeUndefined();
    await vi.waitFor(() => expect(one.at('enterprise').pausedMs()).toBeGreaterThan(50_000));
  });
});

describe('the budgets of a container', () => {
  it('are of one user each, in full, and kept for as long as he may have calls under way', async () => {
    const budgets = container('kept');
    const first = await budgets.of('11000001');
    expect(passAtOnce(first)).toBe(1_000);
    for (let nth = 0; nth < 60; nth++) expect(passAtOnce(await budgets.of(`12${nth}`))).toBe(1_000);
    expect(await budgets.of('11000001')).toBe(first);
    // He was used last: of the next ones the others have to make room.
    for (let nth = 0; nth < 60; nth++) await budgets.of(`13${nth}`);
    expect(await budgets.of('11000001')).toBe(first);
    for (let nth = 0; nth < 64; nth++) await budgets.of(`14${nth}`);
    expect(await budgets.of('11000001')).not.toBe(first);
  });

  it('share what the enterprise may search in a second among all their users, and with the other containers', async () => {
    const budgets = container('search');
    let passed = 0;
    for (let nth = 0; nth < 10; nth++) {
      const gate = await budgets.of(`15${nth}`);
      const held = gate.admit(AbortSignal.abort('held'), 'search');
      if (held === undefined) passed++;
      else await expect(held).rejects.toBe('held');
    }
    expect(passed).toBe(3);
  });
});
