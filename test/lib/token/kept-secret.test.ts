import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { wait } from '../../../lib/http/wait.ts';
import { keptSecret } from '../../../lib/token/kept-secret.ts';

const pauses = { readTimeoutMs: 1_000, rereadPauseMs: 0 };

/** A secret that takes so long to be read. */
function slow(ms: number, options = pauses) {
  let reads = 0;
  const read = async (signal: AbortSignal) => {
    reads++;
    await wait(ms, signal);
    return { versionId: `v${reads}` };
  };
  return { secret: keptSecret({ read, ...options }), reads: () => reads };
}

/** A secret whose first read does not come to an end by itself. */
function frozenAtFirst() {
  let reads = 0;
  const read = async (signal: AbortSignal) => {
    reads++;
    if (reads === 1) await wait(60_000, signal);
    return { versionId: `v${reads}` };
  };
  return { read, reads: () => reads };
}

describe('a secret that several wait for', () => {
  it('comes to the others when one of them, the first included, is stopped: with its own reason, and at once', async () => {
    const { secret, reads } = slow(150);
    const reason = new Error('The step was stopped.');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 20);
    const order: string[] = [];
    const first = expect(secret.get(stop.signal))
      .rejects.toBe(reason)
      .then(() => order.push('stopped'));
    const others = Promise.all([secret.get(new AbortController().signal), secret.get()]);
    expect(await others.finally(() => order.push('read'))).toEqual([{ versionId: 'v1' }, { versionId: 'v1' }]);
    await first;
    expect(order).toEqual(['stopped', 'read']);
    expect(reads()).toBe(1);
  });

  it('comes to those who ask after a refusal when one of them is stopped', async () => {
    const { secret, reads } = slow(100);
    await secret.get();
    const stopped = expect(secret.reread('v1', AbortSignal.timeout(20))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(await secret.reread('v1')).toEqual({ versionId: 'v2' });
    await stopped;
    expect(reads()).toBe(2);
  });

  it('is not waited for without end: the read has a time limit of its own', async () => {
    const { secret } = slow(60_000, { readTimeoutMs: 50, rereadPauseMs: 0 });
    await expect(secret.get()).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('is read anew by who comes after a thaw, and finds a read that was frozen', async () => {
    let now = 0;
    const { read, reads } = frozenAtFirst();
    const secret = keptSecret({ read, readTimeoutMs: 200, rereadPauseMs: 0, now: () => now });
    const frozen = secret.get();
    now = 7_200_000;
    expect(await secret.get()).toEqual({ versionId: 'v2' });
    // By then there is a value that stands in.
    expect(await frozen).toEqual({ versionId: 'v2' });
    expect(reads()).toBe(2);
  });

  it('comes to who waited for it through a freeze of the container, though the thaw ended the read', async () => {
    let now = 0;
    const { read } = frozenAtFirst();
    const frozen = keptSecret({ read, readTimeoutMs: 50, rereadPauseMs: 0, now: () => now }).get();
    now = 7_200_000;
    expect(await frozen).toEqual({ versionId: 'v2' });
  });

  it('is not read for one who is stopped already, and what nobody waits for any more may fail', async () => {
    const { secret, reads } = slow(60_000, { readTimeoutMs: 50, rereadPauseMs: 0 });
    await expect(secret.get(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
    expect(reads()).toBe(0);
    await expect(secret.get(AbortSignal.timeout(10))).rejects.toMatchObject({ name: 'TimeoutError' });
    await sleep(100);
    expect(reads()).toBe(1);
  });
});
