import { type AttributeValue, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { asOperator } from '../../sandbox/aws/fixture/act-as.ts';
import type { BoxOptions } from '../../sandbox/box/options.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { RoundsAssembly } from '../rounds/stage-of-rounds.ts';
import { bookOf, changesIn, job, openCompany, openLinks, stageThatChanges } from './changes.ts';

let assembly: RoundsAssembly;
beforeAll(async () => {
  assembly = await stageThatChanges('enforce', { params: { rules: [{ do: 'restrict', type: 'folder' }] } });
}, 120_000);
afterAll(() => assembly[Symbol.asyncDispose]());

/** What `apply` asks of Box: a look at a link, and the change of it. */
const ofApply = /^fields=shared_link(%2C|,)etag$/;

/** One run in a company of its own, whose processes are killed when the nth of those calls is applied and its answer on the way. */
async function runThatDies(nth: number) {
  let calls = 0;
  let victim: Sandbox | undefined;
  const onExchange: BoxOptions['onExchange'] = ({ query }) => {
    // The coordinator is suspended while one of its shards applies the plan.
    if (ofApply.test(query) && ++calls === nth) void victim?.aws.kill(victim.shardsOf(job));
  };
  await using sandbox = await openCompany(assembly, { users: 24, onExchange });
  victim = sandbox;
  const { payload } = await sandbox.run(job);
  const book = (await bookOf(sandbox, 'ledger.ndjson'))?.map(({ number, outcome }) => [number, outcome]);
  const undo = (await bookOf(sandbox, 'undo.ndjson'))?.map(({ number }) => number);
  return { calls, payload, end: { open: openLinks(sandbox), changes: changesIn(sandbox), book, undo } };
}

it('a run that is killed with any call to Box applied and its answer lost ends in the same state, with the same book, and changes nothing twice', async () => {
  const quiet = await runThatDies(0);
  expect(quiet.end.changes).toBeGreaterThan(1);
  expect(quiet.calls).toBe(2 * quiet.end.changes);
  for (let nth = 1; nth <= quiet.calls; nth++) {
    const { end, payload } = await runThatDies(nth);
    expect({ nth, ...end }).toEqual({ nth, ...quiet.end });
    expect(payload).toMatchObject({ planned: quiet.end.changes, applied: quiet.end.changes });
  }
}, 120_000);

it('a part that is lost because it can write no more leaves all that it did in the book, and the run says how much that is', async () => {
  let calls = 0;
  let victim: Sandbox | undefined;
  const onExchange: BoxOptions['onExchange'] = ({ query }) => {
    // The third action's change is made, and nothing that the part writes stands from now on.
    if (ofApply.test(query) && ++calls === 6) victim?.aws.faults.always({ action: 's3:PutObject', principal: /Shar/ }, { kind: 'error' });
  };
  await using sandbox = await openCompany(assembly, { users: 24, onExchange });
  victim = sandbox;
  expect(await sandbox.run(job)).toMatchObject({ outcome: 'error', payload: { errorType: 'PLAN_NOT_WRITTEN' } });
  expect(changesIn(sandbox)).toBe(3);
  const book = (await bookOf(sandbox, 'ledger.ndjson'))?.map(({ number, outcome }) => [number, outcome]);
  expect(book).toEqual([
    [1, 'done'],
    [2, 'done'],
    [3, 'unknown'],
  ]);
  expect((await bookOf(sandbox, 'undo.ndjson'))?.map(({ number }) => number)).toEqual([3, 2, 1]);
  expect(await recordOf(sandbox)).toMatchObject({ state: { S: 'failed' }, applied: { N: '2' }, actionsUnknown: { N: '1' } });
}, 60_000);

/** Of the job's only run. */
async function recordOf({ aws, runsTable }: Sandbox): Promise<Record<string, AttributeValue> | undefined> {
  const ofJob = { KeyConditionExpression: 'pk = :job', ExpressionAttributeValues: { ':job': { S: `job#${job}` } } };
  return (await new DynamoDBClient(asOperator(aws)).send(new QueryCommand({ TableName: runsTable, ...ofJob }))).Items?.[0];
}
