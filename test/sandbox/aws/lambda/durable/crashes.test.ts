import {
  CheckpointDurableExecutionCommand,
  GetDurableExecutionCommand,
  GetDurableExecutionStateCommand,
  InvokeCommand,
  LambdaClient,
  ListDurableExecutionsByFunctionCommand,
  type OperationUpdate,
  StopDurableExecutionCommand,
} from '@aws-sdk/client-lambda';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asOperator } from '../../fixture/act-as.ts';
import { bundle } from '../../fixture/bundle.ts';
import { output, synthesiseStack } from '../../fixture/synthesise.ts';
import { type Aws, type LogLine, startAws } from '../../index.ts';

const shard = `
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
import { writeSync } from 'node:fs';
const say = (text) => writeSync(1, text + '\\n');
export const handler = withDurableExecution(async (event, context) => {
  const users = [0, 1, 2, 3];
  await context.map('users', users, (inner, user) => inner.step('user', async () => {
    say('begin ' + user);
    await new Promise((resolve) => setTimeout(resolve, 5));
    say('end ' + user);
    return user;
  }), { maxConcurrency: 2 });
  await context.wait('pause', { minutes: 1 });
  return context.step('report', async () => { say('begin report'); return 'reported'; });
});
`;
const idle =
  'exports.handler = async (event) => { console.log(JSON.stringify(event)); await new Promise((resolve) => setTimeout(resolve, 20_000)); };';

let aws: Aws;
let client: LambdaClient;
let onLog: (line: LogLine) => void = () => {};

beforeAll(async () => {
  const assembly = synthesiseStack((stack: Stack) => {
    const durableConfig = { executionTimeout: Duration.hours(2), retentionPeriod: Duration.days(1) };
    const common = {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      durableConfig,
      timeout: Duration.seconds(30),
      memorySize: 512,
    };
    const add = (id: string, code: Code) =>
      output(stack, `${id}Arn`, new LambdaFunction(stack, id, { ...common, code }).currentVersion.functionArn);
    add('shard', bundle(shard));
    add('idle', Code.fromInline(idle));
  });
  aws = await startAws({ assembly, now: Date.now, skipsWaits: true, onLog: (line) => onLog(line) });
  await aws.deploy();
  client = new LambdaClient(asOperator(aws));
});
afterAll(() => aws.stop());

async function start(id: string, name?: string, payload = '{}'): Promise<string> {
  const FunctionName = aws.outputs('Test')[`${id}Arn`];
  const options = name === undefined ? {} : { DurableExecutionName: name };
  const invoked = await client.send(
    new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: Buffer.from(payload), ...options }),
  );
  return invoked.DurableExecutionArn ?? '';
}

const execution = (arn: string) => client.send(new GetDurableExecutionCommand({ DurableExecutionArn: arn }));

async function finished(arn: string) {
  await vi.waitFor(async () => expect((await execution(arn)).Status).not.toBe('RUNNING'), { timeout: 20_000, interval: 20 });
  return execution(arn);
}

/** What an invocation of `idle` was handed, while it is still running. */
async function heldByIdle(arn: string): Promise<{ readonly CheckpointToken: string }> {
  const { stdout } = await vi.waitFor(() => {
    const line = aws.logs((aws.outputs('Test').idleArn ?? '').split(':')[6] ?? '').findLast((text) => text.includes(arn));
    expect(line).toBeDefined();
    return { stdout: line ?? '' };
  });
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as { CheckpointToken: string };
}

test('killed at any point an execution goes on, and runs again only what was under way', async () => {
  const lines: string[] = [];
  onLog = ({ text }) => void lines.push(text);
  expect(await finished(await start('shard'))).toMatchObject({ Status: 'SUCCEEDED', Result: '"reported"' });
  const points = lines.length;
  expect(points).toBe(9);
  for (let point = 1; point <= points; point += 1) {
    const seen: string[] = [];
    onLog = ({ functionName, text }) => {
      seen.push(text);
      if (seen.length === point) void aws.kill(functionName);
    };
    const { Status, Result } = await finished(await start('shard'));
    expect({ point, Status, Result }).toEqual({ point, Status: 'SUCCEEDED', Result: '"reported"' });
    expect(new Set(seen).size).toBe(points);
    // Two users at a time were under way, or the report.
    expect(seen.filter((text) => text.startsWith('begin')).length).toBeLessThanOrEqual(5 + 2);
  }
  onLog = () => {};
});

test('a token of before the last checkpoint, or of an invocation that is gone, is void', async () => {
  const DurableExecutionArn = await start('idle');
  const { CheckpointToken } = await heldByIdle(DurableExecutionArn);
  const send = (token: string | undefined, ClientToken: string, Updates: OperationUpdate[] = []) =>
    client.send(new CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken: token, ClientToken, Updates }));
  const step: OperationUpdate = { Id: 'a', Type: 'STEP', Action: 'START' };
  const first = await send(CheckpointToken, 'one', [step]);
  const repeated = await send(CheckpointToken, 'one', [step]);
  expect(repeated.CheckpointToken).toBe(first.CheckpointToken);
  const refused = { name: 'InvalidParameterValueException', message: expect.stringMatching(/^Invalid Checkpoint Token/) };
  await expect(send(CheckpointToken, 'two')).rejects.toMatchObject(refused);
  const state = { DurableExecutionArn, CheckpointToken: first.CheckpointToken };
  expect((await client.send(new GetDurableExecutionStateCommand(state))).Operations).toHaveLength(2);
  await aws.kill(aws.outputs('Test').idleArn ?? '');
  await vi.waitFor(() => expect(send(first.CheckpointToken, 'three')).rejects.toMatchObject(refused));
  await client.send(new StopDurableExecutionCommand({ DurableExecutionArn, Error: { ErrorType: 'Enough' } }));
  await aws.kill(aws.outputs('Test').idleArn ?? '');
  expect(await execution(DurableExecutionArn)).toMatchObject({ Status: 'STOPPED', Error: { ErrorType: 'Enough' } });
});

test('3,000 operations and 100 MB are the most of one execution', async () => {
  const DurableExecutionArn = await start('idle');
  let { CheckpointToken } = await heldByIdle(DurableExecutionArn);
  const send = async (Updates: OperationUpdate[]) => {
    const answer = await client.send(new CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken, Updates }));
    CheckpointToken = answer.CheckpointToken ?? '';
  };
  const started = (from: number, count: number): OperationUpdate[] =>
    Array.from({ length: count }, (_, index) => ({ Id: `s${from + index}`, Type: 'STEP', Action: 'START' }));
  await send(started(0, 2_999));
  await expect(send(started(2_999, 1))).rejects.toMatchObject({ message: expect.stringContaining('exceeds 3000 operations') });
  const Payload = 'x'.repeat(256 * 1024);
  const succeeded = (from: number): OperationUpdate[] =>
    Array.from({ length: 40 }, (_, index) => ({ Id: `s${from + index}`, Type: 'STEP', Action: 'SUCCEED', Payload }));
  for (let batch = 0; batch < 9; batch += 1) await send(succeeded(batch * 40));
  await expect(send(succeeded(360))).rejects.toMatchObject({ message: expect.stringContaining('exceeds 104857600 bytes') });
  await expect(send([{ Id: 's400', Type: 'STEP', Action: 'SUCCEED', Payload: `${Payload}x` }])).rejects.toMatchObject({
    message: expect.stringContaining('payload size'),
  });
  await client.send(new StopDurableExecutionCommand({ DurableExecutionArn }));
  await aws.kill(aws.outputs('Test').idleArn ?? '');
});

test('a name stands for one execution: started again it is the same, with another payload it is refused', async () => {
  const arn = await start('shard', 'night-1', '{"n":1}');
  expect(arn).toContain(':1/durable-execution/night-1/');
  expect(await start('shard', 'night-1', '{"n":1}')).toBe(arn);
  await expect(start('shard', 'night-1', '{"n":2}')).rejects.toMatchObject({ name: 'DurableExecutionAlreadyStartedException' });
  await finished(arn);
  const FunctionName = aws.outputs('Test').shardArn;
  const listed = await client.send(new ListDurableExecutionsByFunctionCommand({ FunctionName, DurableExecutionName: 'night-1' }));
  expect(listed.DurableExecutions).toMatchObject([{ DurableExecutionArn: arn, Status: 'SUCCEEDED' }]);
});

test('a durable function is not invoked without a qualifier, nor synchronously when it may take longer than a caller waits', async () => {
  const unqualified = aws.outputs('Test').shardArn?.replace(/:1$/, '');
  await expect(client.send(new InvokeCommand({ FunctionName: unqualified, InvocationType: 'Event' }))).rejects.toMatchObject({
    message: expect.stringContaining('unqualified'),
  });
  await expect(client.send(new InvokeCommand({ FunctionName: aws.outputs('Test').shardArn }))).rejects.toMatchObject({
    message: expect.stringContaining('15 minutes'),
  });
});
