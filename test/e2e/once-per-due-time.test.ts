import { describe, expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';

const due = new Date('2026-11-22T02:00:00Z');

describe('an event that is delivered twice', () => {
  it('runs once', async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 20 } });
    await sandbox.putSecret();
    expect(await sandbox.run('storage-report', due)).toMatchObject({ payload: { users: 20 } });
    const calls = sandbox.box.journal.entries.length;
    expect(await sandbox.run('storage-report', due)).toMatchObject({ outcome: 'response', payload: 'duplicate' });
    expect(sandbox.box.journal.entries).toHaveLength(calls);
    expect(await sandbox.reportKeys()).toHaveLength(4);
    expect(sandbox.aws.metrics().filter(({ name }) => name === 'RunDuplicate')).toHaveLength(1);
  });

  it('runs again after a failure, as the next attempt', async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 20 } });
    expect((await sandbox.run('storage-report', due)).outcome).toBe('error');
    await sandbox.putSecret();
    expect((await sandbox.run('storage-report', due)).outcome).toBe('response');
    expect(await sandbox.reportKeys()).toHaveLength(4);
  });

  it('runs although the answer to its claim was lost', async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 20 } });
    await sandbox.putSecret();
    sandbox.aws.faults.once({ action: 'dynamodb:UpdateItem' }, { kind: 'answerLost' });
    expect(await sandbox.run('storage-report', due)).toMatchObject({ payload: { users: 20 } });
    expect(await sandbox.reportKeys()).toHaveLength(4);
    expect(await sandbox.run('storage-report', due)).toMatchObject({ payload: 'duplicate' });
  });

  it('finds the token of the night before still warm', async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 20 } });
    await sandbox.putSecret();
    for (let day = 1; day <= 5; day++) await sandbox.run('storage-report', new Date(Date.UTC(2026, 10, day, 2)));
    expect(sandbox.box.journal.entries.filter(({ path }) => path === '/oauth2/token')).toHaveLength(1);
    expect(sandbox.aws.journal.calls({ action: 'secretsmanager:GetSecretValue' })).toHaveLength(1);
  });
});
