import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { environment } from '../../lib/env.ts';
import { dueKey } from '../../lib/run/due-key.ts';
import { lastDueTime, watchedScheduleSchema } from '../../lib/run/due-time.ts';
import { executionsOf } from '../sandbox/durable-run.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { alarmedMetrics, emittedMetrics } from './alarmed.ts';
import { everywhere, expectNeeded, type Reason } from './granted.ts';
import { knock } from './knock.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const day = 86_400_000;
const rounds = ['open-shared-links', 'external-collaborators', 'inactive-users', 'folder-inventory'];
const jobs = [...rounds, 'missing-runs'];

/** Grants that the nights below do not need. */
const reasons: readonly Reason[] = [
  ...everywhere,
  {
    role: /Operations|Approvals/,
    action: /^lambda:SendDurableExecutionCallbackSuccess$/,
    because: 'only runs that wait for a decision are woken, as test/e2e/plans does',
  },
  {
    role: /Approvals/,
    action: /^(dynamodb:(GetItem|PutItem)|kms:Decrypt|logs:CreateLogStream|logs:PutLogEvents)$/,
    because: 'nobody decides here; test/e2e/plans does',
  },
  {
    role: /(RunR|RunRole)/,
    action: /^(dynamodb:GetItem|dynamodb:PutItem|s3:GetObjectVersion)$/,
    because: 'only a plan that waits is written down, decided on and read again, as in test/e2e/plans',
  },
  { role: /Shar/, action: /^s3:GetObjectVersion$/, because: 'only a plan that is applied is read by them, as in test/e2e/plans' },
  {
    role: /(RunR|RunRole)/,
    action: /^s3:(GetObject|PutObject)$/,
    resource: /\/ledger\//,
    because: 'only actions that are applied have a book, as in test/e2e/plans',
  },
  { role: /(RunR|RunRole)/, action: /^s3:ListBucket$/, because: 'only actions that are applied have a book, as in test/e2e/plans' },
  {
    role: /inactiveusers|folderinventory/,
    action: /^(s3:PutObject|kms:Decrypt)$/,
    because: 'each is one subject’s: its coordinator writes no roster, and reads no report that shards have written',
  },
  {
    role: /external|opensharedlinks/,
    action: /^dynamodb:Query$/,
    because: 'only shards that wait for a pause that others were told of read the switches; see test/e2e/rounds',
  },
  { role: /(RunR|RunRole)/, action: /^s3:AbortMultipartUpload$/, because: 'only a report of several parts needs it, and these are small' },
  {
    role: /(RunR|RunRole|Shar)/,
    action: /^lambda:GetDurableExecutionState$/,
    because: 'only histories of several pages are read by it, and these are short',
  },
  {
    role: /(RunR|RunRole)/,
    action: /^sqs:SendMessage$/,
    resource: /(external|folder|inactive|open)\w+RunFailures/,
    because: 'an event that is given up before its execution begins goes there; these begin',
  },
];

let stage: StageAssembly;
let sandbox: Sandbox;

beforeAll(async () => {
  stage = await stageWith({}, [], 'sandbox-rounds');
  const now = Date.UTC(2026, 10, 1);
  const box = { users: 6, contentFolders: 6, seed: 4 };
  sandbox = await openSandbox({ assembly: stage.folder, box, aws: { now: () => now, skipsWaits: true } });
  const { aws } = sandbox;
  const night = async () => {
    for (const job of jobs) await sandbox.run(job, new Date(aws.now()));
    await aws.advance(day);
  };
  await sandbox.putSecret('no credentials');
  await night();
  await sandbox.putSecret();
  await night();
  // Nothing runs for nine days: the next look finds every schedule's run missing.
  await aws.advance(9 * day);
  for (const [job, due] of await lastDue()) await leftBehind(job, due);
  await sandbox.run('missing-runs', new Date(aws.now()));
  for (const job of jobs) await aws.fire(sandbox.scheduleName(job), { failDeliveries: 3 });
  for (const job of jobs) await knock(sandbox, 'Operations', { operation: 'run', job, id: 'morning' });
  for (const operation of ['pause', 'resume']) await knock(sandbox, 'Operations', { operation, reason: 'Morning' });
  await knock(sandbox, 'Operations', { operation: 'redrive', job: 'inactive-users', due: 'manual#never' });
  for (const job of rounds) {
    await leftBehind(job, abandoned);
    await knock(sandbox, 'Operations', { operation: 'look', job, due: abandoned });
    await sandbox.run(job, new Date(abandoned));
  }
  aws.faults.always({ service: 'dynamodb' }, { kind: 'error' });
  await sandbox.run('missing-runs', new Date(aws.now()));
  aws.faults.clear();
  const inAMinute = async () => {
    await aws.advance(60_000);
    await sandbox.run('inactive-users', new Date(aws.now()));
  };
  await inAMinute();
  sandbox.box.tokens.revokeAll();
  await inAMinute();
  sandbox.box.app.resetSecret('the-new-secret');
  sandbox.box.tokens.revokeAll();
  await inAMinute();
}, 300_000);
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

const abandoned = '2026-11-15T02:00:00Z';

/** When each of the rounds was last due, as the watch for missing runs has it. */
async function lastDue(): Promise<readonly (readonly [job: string, due: string])[]> {
  const FunctionName = sandbox.functionName('missing-runs');
  const { Environment } = await sandbox.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const schedules = z.array(watchedScheduleSchema).parse(JSON.parse(Environment?.Variables?.[environment.schedules] ?? '[]'));
  return schedules.flatMap((schedule) => {
    const due = lastDueTime(schedule, new Date(sandbox.aws.now() - (schedule.windowMinutes + 65) * 60_000));
    return due && rounds.includes(schedule.job) ? [[schedule.job, dueKey(due.to)] as const] : [];
  });
}

/** As a run whose execution Lambda has ended leaves its claim. */
async function leftBehind(job: string, due: string): Promise<void> {
  const { operator, endpoint } = sandbox.aws;
  const [execution = ''] = await executionsOf(sandbox.lambda, sandbox.functionName(job));
  const Item = {
    ...{ pk: { S: `job#${job}` }, sk: { S: due }, state: { S: 'running' }, run: { S: 'gone' }, attempt: { N: '1' } },
    ...{ execution: { S: execution }, leaseUntil: { N: String(sandbox.aws.now() + day) } },
  };
  const client = new DynamoDBClient({ endpoint, region: operator.region, credentials: operator });
  await client.send(new PutItemCommand({ TableName: sandbox.runsTable, Item }));
}

describe('in nights of the stage "sandbox-rounds"', () => {
  it('every alarm watches a metric that is really emitted, with those very dimensions', async () => {
    const alarmed = await alarmedMetrics(stage.folder, sandbox);
    expect(alarmed.length).toBeGreaterThanOrEqual(32);
    const emitted = emittedMetrics(sandbox);
    expect(alarmed.filter((metric) => !emitted.has(metric))).toEqual([]);
  });

  it('every function needs all that its role is granted', () => expectNeeded(sandbox, reasons));
});
