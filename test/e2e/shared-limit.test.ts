import { describe, expect, inject, it } from 'vitest';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { heldBack, holdBack } from './held-back.ts';

async function open(): Promise<Sandbox> {
  const sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5 } });
  await sandbox.putSecret();
  return sandbox;
}

const listed = ({ box }: Sandbox) => box.journal.entries.filter(({ path }) => path === '/2.0/users');

describe('a job of one invocation, with the service account’s calls', () => {
  it('waits for what Box has asked of another job before its first call', async () => {
    await using sandbox = await open();
    const pauseUntil = Date.now() + 4_000;
    await holdBack(sandbox, pauseUntil);
    expect(await sandbox.run('storage-report')).toMatchObject({ outcome: 'response', payload: { users: 5 } });
    expect(listed(sandbox).map(({ at }) => at >= pauseUntil)).toEqual([true]);
    expect((await heldBack(sandbox)).get('storage-report'), 'it is one of those who share the limit now').toBe(pauseUntil);
  });

  it('ends at once where it has no time to wait for that', async () => {
    await using sandbox = await open();
    await holdBack(sandbox, Date.now() + 3_600_000);
    const { payload, durationMs } = await sandbox.run('storage-report');
    expect(payload).toMatchObject({ errorType: 'BOX_CALLS_PAUSED' });
    expect(durationMs).toBeLessThan(20_000);
    expect(listed(sandbox)).toEqual([]);
  });

  it('tells the others what Box has asked of it', async () => {
    await using sandbox = await open();
    sandbox.box.faults.once({ path: '/2.0/users' }, { kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    expect(await sandbox.run('storage-report')).toMatchObject({ outcome: 'response', payload: { users: 5 } });
    const until = (await heldBack(sandbox)).get('storage-report') ?? 0;
    const [refused, answered] = listed(sandbox);
    expect(until - (refused?.at ?? 0)).toBeGreaterThanOrEqual(1_000);
    expect(answered?.at).toBeGreaterThanOrEqual((refused?.at ?? 0) + 1_000);
  });

  it.each([{ kind: 'error' }, { kind: 'hang' }] as const)('does not wait for a table that does not say: $kind', async (fault) => {
    await using sandbox = await open();
    sandbox.aws.faults.always({ action: 'dynamodb:Query' }, fault);
    const { outcome, durationMs } = await sandbox.run('storage-report');
    expect(outcome).toBe('response');
    expect(durationMs).toBeLessThan(10_000);
  });
});
