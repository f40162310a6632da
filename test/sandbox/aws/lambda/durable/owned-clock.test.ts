import {
  GetDurableExecutionCommand,
  GetDurableExecutionHistoryCommand,
  InvokeCommand,
  LambdaClient,
  SendDurableExecutionCallbackHeartbeatCommand,
  SendDurableExecutionCallbackSuccessCommand,
} from '@aws-sdk/client-lambda';
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { actAs, actor, asOperator } from '../../fixture/act-as.ts';
import { bundle } from '../../fixture/bundle.ts';
import { output, synthesiseStack } from '../../fixture/synthesise.ts';
import { type Aws, startAws } from '../../index.ts';

const source = (mark: string) => `
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
export const nights = withDurableExecution(async (event, context) => {
  const first = await context.step('first', async () => ({ mark: '${mark}', at: Date.now() }));
  await context.wait('one', { hours: 1 });
  await context.wait('two', { hours: 1 });
  const last = await context.step('last', async () => ({ mark: '${mark}', at: Date.now() }));
  return { first, last };
});
export const approval = withDurableExecution((event, context) =>
  context.waitForCallback('approval', async () => {}, { timeout: { hours: 9 }, heartbeatTimeout: { hours: 1 } }));
export const parent = withDurableExecution(async (event, context) => context.invoke('child', process.env.CHILD, {}));
export const mute = withDurableExecution(async (event, context) => context.step('never', async () => 1));
`;

let aws: Aws;
let client: LambdaClient;

const assembly = (mark: string) =>
  synthesiseStack((stack: Stack) => {
    const code = bundle(source(mark));
    const durableConfig = { executionTimeout: Duration.hours(10), retentionPeriod: Duration.days(1) };
    const add = (id: string, more: Partial<FunctionProps> = {}) => {
      const currentVersionOptions = { removalPolicy: RemovalPolicy.RETAIN };
      const common = { runtime: Runtime.NODEJS_24_X, handler: `index.${id}`, code, durableConfig, memorySize: 512, currentVersionOptions };
      const made = new LambdaFunction(stack, id, { ...common, ...more });
      const live = made.addAlias('live');
      output(stack, `${id}Arn`, live.functionArn);
      return { made, live };
    };
    const nights = add('nights');
    add('approval');
    const parent = add('parent', { environment: { CHILD: nights.live.functionArn } });
    nights.live.grantInvoke(parent.made);
    const { made: mute } = add('mute');
    mute.addToRolePolicy(new PolicyStatement({ effect: Effect.DENY, actions: ['lambda:CheckpointDurableExecution'], resources: ['*'] }));
    const approver = actor(stack, 'Approver');
    const resources = [`arn:aws:lambda:*:*:function:*:*`];
    approver.addToRolePolicy(new PolicyStatement({ actions: ['lambda:SendDurableExecutionCallback*'], resources }));
    actor(stack, 'Stranger');
  });

beforeAll(async () => {
  aws = await startAws({ assembly: assembly('old'), now: Date.now });
  await aws.deploy();
  client = new LambdaClient(asOperator(aws));
});
afterAll(() => aws.stop());

async function start(id: string): Promise<string> {
  const { DurableExecutionArn = '' } = await client.send(
    new InvokeCommand({ FunctionName: aws.outputs('Test')[`${id}Arn`], InvocationType: 'Event' }),
  );
  return DurableExecutionArn;
}

const execution = (DurableExecutionArn: string) => client.send(new GetDurableExecutionCommand({ DurableExecutionArn }));

async function history(DurableExecutionArn: string) {
  const { Events = [] } = await client.send(new GetDurableExecutionHistoryCommand({ DurableExecutionArn, IncludeExecutionData: true }));
  return Events;
}

/** Waits until it has been suspended for this. */
async function suspended(arn: string, type: string): Promise<void> {
  await vi.waitFor(async () => expect((await history(arn)).map(({ EventType }) => EventType)).toContain(type), 8_000);
  await aws.advance(0);
}

test('waits end when the clock says so, one after the other, and the function sees the time', async () => {
  const arn = await start('nights');
  await suspended(arn, 'WaitStarted');
  await aws.advance(Duration.minutes(59).toMilliseconds());
  expect((await execution(arn)).Status).toBe('RUNNING');
  await aws.advance(Duration.minutes(62).toMilliseconds());
  const { Status, Result = '' } = await execution(arn);
  expect(Status).toBe('SUCCEEDED');
  const { first, last } = JSON.parse(Result);
  expect((last.at - first.at) / 3_600_000).toBeCloseTo(2, 1);
});

test('an execution stays with its version while a deploy moves the alias', async () => {
  const arn = await start('nights');
  await suspended(arn, 'WaitStarted');
  await aws.deploy(assembly('new'));
  await aws.advance(Duration.hours(3).toMilliseconds());
  const old = await execution(arn);
  expect(old).toMatchObject({ Status: 'SUCCEEDED', Version: '1' });
  expect(JSON.parse(old.Result ?? '')).toMatchObject({ first: { mark: 'old' }, last: { mark: 'old' } });
  const next = await start('nights');
  expect(next).toContain(':2/durable-execution/');
});

test('a callback lives as long as its heart beats, and only who may answer it does', async () => {
  const arn = await start('approval');
  await suspended(arn, 'CallbackStarted');
  const CallbackId = (await history(arn)).find(({ EventType }) => EventType === 'CallbackStarted')?.CallbackStartedDetails?.CallbackId;
  const [approver, stranger] = await Promise.all(['Approver', 'Stranger'].map(async (id) => new LambdaClient(await actAs(aws, id))));
  for (let beat = 0; beat < 3; beat += 1) {
    await aws.advance(Duration.minutes(50).toMilliseconds());
    await approver?.send(new SendDurableExecutionCallbackHeartbeatCommand({ CallbackId }));
  }
  const answer = new SendDurableExecutionCallbackSuccessCommand({ CallbackId, Result: Buffer.from('yes') });
  await expect(stranger?.send(answer)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  await approver?.send(answer);
  await vi.waitFor(async () => expect(await execution(arn)).toMatchObject({ Status: 'SUCCEEDED' }));
  await expect(approver?.send(answer)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  const late = await start('approval');
  await suspended(late, 'CallbackStarted');
  await aws.advance(Duration.minutes(61).toMilliseconds());
  expect(await execution(late)).toMatchObject({ Status: 'FAILED', Error: { ErrorType: 'CallbackTimeoutError' } });
});

test('an invoked execution ends before the one that waits for it', async () => {
  const arn = await start('parent');
  await suspended(arn, 'ChainedInvokeStarted');
  await vi.waitFor(() =>
    expect(aws.journal.calls({ action: 'lambda:InvokeFunction' }).some(({ resource }) => resource.endsWith(':live'))).toBe(true),
  );
  await vi.waitFor(async () => {
    await aws.advance(Duration.hours(1).toMilliseconds());
    expect(await execution(arn)).toMatchObject({ Status: 'SUCCEEDED', Result: expect.stringContaining('"mark":"new"') });
  }, 8_000);
});

test('a function whose role may not checkpoint fails', async () => {
  const arn = await start('mute');
  await vi.waitFor(async () => expect((await execution(arn)).Status).toBe('FAILED'), 8_000);
  expect(aws.journal.calls({ action: 'lambda:CheckpointDurableExecution', allowed: false }).length).toBeGreaterThan(0);
});
