import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { heldBack, holdBack } from '../held-back.ts';
import { activeUsers, marksIn, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

let assembly: RoundsAssembly;
beforeAll(async () => {
  assembly = await stageOfRounds({ 'mark-users': true });
});
afterAll(() => assembly[Symbol.asyncDispose]());

const due = new Date('2026-11-22T02:00:00Z');

/** The record of the one run that there was. */
async function recordIn(sandbox: Sandbox) {
  const { region, ...credentials } = sandbox.aws.operator;
  const client = new DynamoDBClient({ region, credentials, endpoint: sandbox.aws.endpoint });
  const Key = { pk: { S: 'job#mark-users' }, sk: { S: '2026-11-22T02:00:00Z' } };
  const { Item } = await client.send(new GetItemCommand({ TableName: sandbox.runsTable, Key }));
  return { state: Item?.state?.S, code: Item?.code?.S };
}

const sumOf = ({ aws }: Sandbox, metric: string): number =>
  aws
    .metrics()
    .filter(({ name }) => name === metric)
    .reduce((sum, { value }) => sum + value, 0);

describe('a run that fails says why, to whoever started it and in its record', () => {
  it('more users failed than it bears', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 6 });
    sandbox.box.faults.always({ method: 'POST', path: '/2.0/folders' }, { kind: 'status', status: 403 });
    expect(await sandbox.run('mark-users', due)).toMatchObject({ outcome: 'error', payload: { errorType: 'TOO_MANY_FAILED' } });
    expect(await recordIn(sandbox)).toEqual({ state: 'failed', code: 'TOO_MANY_FAILED' });
  });

  it('Box grants the app nothing', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 6 });
    sandbox.box.app.change({ authorized: false });
    sandbox.box.tokens.revokeAll();
    expect(await sandbox.run('mark-users', due)).toMatchObject({ outcome: 'error', payload: { errorType: 'BOX_GRANT_REFUSED' } });
    expect(await recordIn(sandbox)).toEqual({ state: 'failed', code: 'BOX_GRANT_REFUSED' });
  });

  it('a shard could not keep what it had found', async () => {
    const lines: string[] = [];
    await using sandbox = await openRounds(assembly.folder, { users: 6 }, { onLog: ({ text }) => lines.push(text) });
    sandbox.aws.faults.always({ action: 's3:PutObject', principal: /shard/i }, { kind: 'error', status: 503 });
    expect(await sandbox.run('mark-users', due)).toMatchObject({ payload: { errorType: 'TOO_MANY_FAILED' } });
    const lost = lines.filter((line) => line.includes('A shard was lost.')).map((line) => JSON.parse(line).error);
    expect(lost).toEqual(['WORK_LOST', 'WORK_LOST']);
  });
});

describe('a run goes on when AWS was away for as long as a client tries', () => {
  it.each(['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:GetItem', 'dynamodb:UpdateItem'])('%s', async (action) => {
    await using sandbox = await openRounds(assembly.folder, { users: 6 });
    for (let attempt = 1; attempt <= 4; attempt++) sandbox.aws.faults.once({ action }, { kind: 'error', status: 503 });
    expect(await sandbox.run('mark-users', due)).toMatchObject({ outcome: 'response', payload: { done: activeUsers(sandbox).length } });
    expect(await recordIn(sandbox)).toEqual({ state: 'done', code: undefined });
  });
});

describe('the list of users is read with the service account’s calls', () => {
  it('and what Box asks to wait for is told to all who use it', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 3 });
    sandbox.box.faults.once({ path: '/2.0/users' }, { kind: 'status', status: 429, headers: { 'retry-after': '1' } });
    await sandbox.run('mark-users', due);
    expect((await heldBack(sandbox)).get('mark-users')).toBeGreaterThan(Date.now() - 30_000);
  });

  it('and waits for what others were told', async () => {
    await using sandbox = await openRounds(assembly.folder, { users: 3 });
    const pauseUntil = Date.now() + 3_000;
    await holdBack(sandbox, pauseUntil);
    await sandbox.run('mark-users', due);
    const [first] = sandbox.box.journal.entries.filter(({ path }) => path === '/2.0/users');
    expect(first?.at).toBeGreaterThanOrEqual(pauseUntil);
  });
});

it('what its shards count is told: every token that Box granted, every refusal, and at the end how many users and how late', async () => {
  await using sandbox = await openRounds(assembly.folder, { users: 40 });
  sandbox.box.faults.once({ path: '/2.0/users' }, { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
  sandbox.box.faults.once({ path: '/2.0/folders' }, { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
  await sandbox.run('mark-users', due);
  const granted = sandbox.box.journal.entries.filter(({ path, status }) => path === '/oauth2/token' && status === 200);
  expect(granted.length).toBeGreaterThan(activeUsers(sandbox).length);
  expect(sumOf(sandbox, 'TokenMinted')).toBe(granted.length);
  expect(sumOf(sandbox, 'BoxThrottled')).toBe(2);
  expect(sumOf(sandbox, 'UsersDone')).toBe(marksIn(sandbox).size);
  expect(sumOf(sandbox, 'RunLag')).toBeGreaterThan(0);
});
