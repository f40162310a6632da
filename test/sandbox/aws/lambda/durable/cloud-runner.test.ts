import { CloudDurableTestRunner, WaitingOperationStatus } from '@aws/durable-execution-sdk-js-testing';
import { type InvocationType, LambdaClient } from '@aws-sdk/client-lambda';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../../fixture/act-as.ts';
import { bundle } from '../../fixture/bundle.ts';
import { output, synthesiseStack } from '../../fixture/synthesise.ts';
import { type Aws, startAws } from '../../index.ts';

const source = `
import { withDurableExecution } from '@aws/durable-execution-sdk-js';
export const steps = withDurableExecution(async (event, context) => {
  const greeting = await context.step('greet', async () => 'hello ' + event.name);
  await context.wait('a night', { minutes: 10 });
  const all = await context.map('letters', [...event.name], async (inner, letter) => inner.step('upper', async () => letter.toUpperCase()));
  return { greeting, letters: all.getResults() };
});
export const approval = withDurableExecution(async (event, context) => {
  return context.waitForCallback('approval', async () => {}, { timeout: { minutes: 5 } });
});
export const stubborn = withDurableExecution(async (event, context) => {
  return context.step('flaky', async (step) => { if (step.attempt < 3) throw new RangeError('not yet'); return step.attempt; });
});
export const parent = withDurableExecution(async (event, context) => {
  const echoed = await context.invoke('call echo', process.env.ECHO, { said: event.said });
  const failure = await context.invoke('call stranger', process.env.STRANGER, {}).catch((error) => error.message);
  return { echoed, failure };
});
export const echo = async (event) => event.said + ' back';
export const long = withDurableExecution(async (event, context) => {
  const sum = [];
  for (let step = 0; step < 120; step += 1) sum.push(await context.step('s' + step, async () => step));
  await context.wait('a while', { minutes: 1 });
  return sum.reduce((left, right) => left + right);
});
export const broken = withDurableExecution(async () => { throw new TypeError('outside of a step'); });
`;

let aws: Aws;
let client: LambdaClient;

beforeAll(async () => {
  const assembly = synthesiseStack((stack: Stack) => {
    const code = bundle(source);
    const durableConfig = { executionTimeout: Duration.minutes(15), retentionPeriod: Duration.days(1) };
    for (const id of ['steps', 'approval', 'stubborn', 'long', 'broken']) {
      const made = new LambdaFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: `index.${id}`,
        code,
        durableConfig,
        memorySize: 512,
      });
      output(stack, `${id}Arn`, made.currentVersion.functionArn);
    }
    const add = (id: string, handler: string, more: object = {}) =>
      new LambdaFunction(stack, id, { runtime: Runtime.NODEJS_24_X, handler: `index.${handler}`, code, memorySize: 512, ...more });
    const [echo, stranger] = [add('echo', 'echo'), add('stranger', 'echo')];
    const environment = { ECHO: echo.functionArn, STRANGER: stranger.functionArn };
    const parent = add('parent', 'parent', { durableConfig, environment });
    echo.grantInvoke(parent);
    output(stack, 'parentArn', parent.currentVersion.functionArn);
  });
  aws = await startAws({ assembly, now: Date.now, skipsWaits: true });
  await aws.deploy();
  client = new LambdaClient(asOperator(aws));
});
afterAll(() => aws.stop());

const runner = (id: string, invocationType: InvocationType = 'RequestResponse') =>
  new CloudDurableTestRunner({ functionName: aws.outputs('Test')[`${id}Arn`] ?? '', client, config: { pollInterval: 20, invocationType } });

test('steps, a wait and a map end with their results', async () => {
  const result = await runner('steps').run({ payload: { name: 'ada' } });
  expect(result.getStatus()).toBe('SUCCEEDED');
  expect(result.getResult()).toEqual({ greeting: 'hello ada', letters: ['A', 'D', 'A'] });
});

test('an execution suspended for a callback goes on with the answer, or with its timeout', async () => {
  const answered = runner('approval', 'Event');
  const running = answered.run({ payload: {} });
  const operation = answered.getOperation('approval');
  await operation.waitForData(WaitingOperationStatus.SUBMITTED);
  await operation.sendCallbackSuccess('granted');
  expect((await running).getResult()).toBe('granted');

  const ignored = runner('approval', 'Event');
  const late = ignored.run({ payload: {} });
  await ignored.getOperation('approval').waitForData(WaitingOperationStatus.SUBMITTED);
  await aws.advance(300_000);
  expect((await late).getError()).toMatchObject({ errorType: 'CallbackTimeoutError' });
});

test('a step that fails is tried again after its delay', async () => {
  const flaky = runner('stubborn');
  const result = await flaky.run({ payload: {} });
  expect(result.getResult()).toBe(3);
  const failures = result.getHistoryEvents().filter(({ EventType }) => EventType === 'StepFailed');
  expect(failures.map(({ StepFailedDetails }) => StepFailedDetails?.RetryDetails?.CurrentAttempt)).toEqual([1, 2]);
});

test('a state of more than one page comes whole', async () => {
  expect((await runner('long').run({ payload: {} })).getResult()).toBe(7140);
  expect(aws.journal.calls({ action: 'lambda:GetDurableExecutionState', allowed: true })).not.toHaveLength(0);
});

test('an error outside of a step ends the execution', async () => {
  const result = await runner('broken').run({ payload: {} });
  expect(result.getStatus()).toBe('FAILED');
  expect(result.getError()).toMatchObject({ errorMessage: 'outside of a step' });
});

test('an execution invokes what its role may invoke, and hears why it may not invoke the rest', async () => {
  const result = await runner('parent').run({ payload: { said: 'shout' } });
  expect(result.getResult()).toMatchObject({ echoed: 'shout back', failure: expect.stringContaining('No policy of the role allows') });
});
