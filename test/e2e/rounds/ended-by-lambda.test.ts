import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { StopDurableExecutionCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { durableEnd, executionsOf } from '../../sandbox/durable-run.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { knock } from '../knock.ts';
import { activeUsers, marksIn, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

const job = 'mark-users';

let assembly: RoundsAssembly;
let sandbox: Sandbox;
const hooks = { onExchange: () => {} };
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  assembly = await stageOfRounds({ [job]: true });
  sandbox = await openRounds(assembly.folder, { users: 6, onExchange: () => hooks.onExchange() });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await assembly[Symbol.asyncDispose]();
});
beforeEach(() => {
  hooks.onExchange = () => {};
});

const newest = async () => (await executionsOf(sandbox.lambda, sandbox.functionName(job)))[0] ?? '';

/** A run that somebody stops in AWS's console while its users are done: its code never hears of it. */
async function stoppedInConsole(due: Date): Promise<void> {
  let stopped: Promise<unknown> | undefined;
  const began = sandbox.box.journal.entries.length;
  hooks.onExchange = () => {
    if (!sandbox.box.journal.entries.slice(began).some(({ path }) => path === '/2.0/folders')) return;
    stopped ??= newest().then((DurableExecutionArn) => sandbox.lambda.send(new StopDurableExecutionCommand({ DurableExecutionArn })));
  };
  expect(await sandbox.run(job, due)).toMatchObject({ outcome: 'error', payload: { errorType: 'Execution.Stopped' } });
  await stopped;
  hooks.onExchange = () => {};
}

/** What the record says of who started the attempt. */
async function startedBy(due: string): Promise<string | undefined> {
  const { region, ...credentials } = sandbox.aws.operator;
  const client = new DynamoDBClient({ region, credentials, endpoint: sandbox.aws.endpoint });
  const Key = { pk: { S: `job#${job}` }, sk: { S: due } };
  return (await client.send(new GetItemCommand({ TableName: sandbox.runsTable, Key }))).Item?.startedBy?.S;
}

it('a run that Lambda has ended holds its due time no more: the next event for it runs, and once', async () => {
  const due = new Date('2026-11-22T02:00:00Z');
  await stoppedInConsole(due);
  const everyone = activeUsers(sandbox).length;
  expect(await sandbox.run(job, due)).toMatchObject({ outcome: 'response', payload: { done: everyone, failed: 0 } });
  expect(await sandbox.run(job, due)).toMatchObject({ payload: 'duplicate' });
  expect([...marksIn(sandbox).values()].every((marks) => marks === 1)).toBe(true);
});

it('a run that goes on keeps its due time, however often another event comes for it', async () => {
  const due = new Date('2026-11-23T02:00:00Z');
  let other: Promise<unknown> | undefined;
  const began = sandbox.box.journal.entries.length;
  hooks.onExchange = () => {
    if (sandbox.box.journal.entries.slice(began).some(({ path }) => path === '/2.0/folders')) other ??= sandbox.run(job, due);
  };
  const first = sandbox.run(job, due);
  await vi.waitFor(() => expect(other).toBeDefined(), { timeout: 30_000 });
  expect(await other).toMatchObject({ payload: 'duplicate' });
  expect(await first).toMatchObject({ outcome: 'response' });
});

it('a run that Lambda has ended is looked at as lapsed, and redriven', async () => {
  const due = '2026-11-24T02:00:00Z';
  await stoppedInConsole(new Date(due));
  expect(await startedBy(due)).toBe('scheduler');
  const stopped = await newest();
  expect(await knock(sandbox, 'Operations', { operation: 'look', job, due })).toMatchObject({ answer: { state: 'lapsed' } });
  expect(await knock(sandbox, 'Operations', { operation: 'redrive', job, due })).toMatchObject({ status: 200, answer: { was: 'lapsed' } });
  await vi.waitFor(async () => expect(await newest()).not.toBe(stopped));
  const everyone = activeUsers(sandbox).length;
  expect(await durableEnd(sandbox.lambda, sandbox.aws, sandbox.functionName(job))).toMatchObject({ payload: { done: everyone } });
  expect(await knock(sandbox, 'Operations', { operation: 'look', job, due })).toMatchObject({ answer: { state: 'done' } });
  expect(await startedBy(due)).toBe('arn:aws:sts::000000000000:assumed-role/operator/desk');
});
