import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { activeUsers, marksIn, openRounds, reportFiles } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

let assembly: RoundsAssembly;
beforeAll(async () => {
  assembly = await stageOfRounds({ 'mark-users': { params: { parts: 2 }, shards: 3 } });
});
afterAll(() => assembly[Symbol.asyncDispose]());

describe('a job as each managed user', () => {
  it('does each active user once, and says so in one report and one record', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 450 });
    const attempt = await sandbox.run('mark-users');
    const users = marksIn(sandbox);
    const active = activeUsers(sandbox);
    expect(attempt).toMatchObject({ outcome: 'response', payload: { users: active.length, done: active.length, failed: 0 } });
    expect(users.size).toBe(active.length);
    expect([...users.values()].every((marks) => marks === 2)).toBe(true);
    const rows = (await reportFiles(sandbox)).get('rows.ndjson')?.trim().split('\n') ?? [];
    expect(rows).toHaveLength(2 * active.length);
    expect(new Set(rows).size).toBe(rows.length);
  });

  it('asks Box for one token for each user', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 30 });
    await sandbox.run('mark-users');
    const minted = sandbox.box.journal.entries.filter(({ path }) => path === '/oauth2/token').map(({ subject }) => subject);
    const ofUsers = minted.filter((subject) => marksIn(sandbox).has(subject ?? ''));
    expect(new Set(ofUsers).size).toBe(ofUsers.length);
  });

  it('of an enterprise without users is done, with an empty report that says so', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 0 });
    expect(await sandbox.run('mark-users')).toMatchObject({ outcome: 'response', payload: { users: 0, done: 0, failed: 0 } });
    const files = await reportFiles(sandbox);
    expect(files.get('rows.ndjson')).toBe('');
    expect(files.get('report.html')).toContain('Nobody was looked at');
  });

  it('does not wait for another minute when the last call is the last that Box allows in one', async () => {
    await using exact = await stageOfRounds({ 'mark-users': { params: { parts: 1_000 } } });
    await using sandbox = await openRounds(exact.folder, { users: 4 });
    const startedAt = sandbox.aws.now();
    const everyone = activeUsers(sandbox).length;
    expect(await sandbox.run('mark-users')).toMatchObject({ outcome: 'response', payload: { done: everyone, marks: 1_000 * everyone } });
    expect(sandbox.aws.now() - startedAt).toBeLessThan(55_000);
  });

  it('runs once for each due time', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 5 });
    const due = new Date('2026-11-22T02:00:00Z');
    await sandbox.run('mark-users', due);
    expect(await sandbox.run('mark-users', due)).toMatchObject({ outcome: 'response', payload: 'duplicate' });
  });
});
