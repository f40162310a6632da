import { Duration, type Stack } from 'aws-cdk-lib';
import { Architecture, Function as LambdaFunction, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { code, output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, type LogLine, startAws } from '../index.ts';

const handlers = `
import { greeting } from 'greeter';
import { writeSync } from 'node:fs';
let count = 0;
export const echo = async (event, context) => {
  console.log('working on', event.name, 'for', context.awsRequestId);
  process.stderr.write('a warning without a newline');
  return { greeting: greeting(event.name), count: ++count, remaining: context.getRemainingTimeInMillis() };
};
export const environment = async () => process.env;
export const heap = async () => process.execArgv.filter((word) => word.includes('space'));
export const slow = async () => { await new Promise((resolve) => setTimeout(resolve, 60_000)); };
export const busy = async (event) => { await new Promise((resolve) => setTimeout(resolve, event.ms)); return process.pid; };
export const fail = async () => { throw new RangeError('too far'); };
export const leave = async () => { writeSync(1, 'last words\\n'); process.exit(3); };
export const never = () => new Promise(() => {});
export const large = async (event) => 'x'.repeat(event.bytes);
export const chatty = async () => { for (let line = 0; line < 2000; line++) process.stderr.write('line ' + line + '\\n'); };
export const metric = async () => {
  process.stdout.write(JSON.stringify({ _aws: { Timestamp: 5, CloudWatchMetrics: [{ Namespace: 'Shop', Dimensions: [['Stage', 'Job'], []], Metrics: [{ Name: 'Sold' }] }] }, Stage: 's', Job: 'j', Sold: 7 }) + '\\n');
};
`;

let aws: Aws;
let names: Readonly<Record<string, string>>;
const seen: LogLine[] = [];

function build(stack: Stack): void {
  const greeter = {
    'nodejs/node_modules/greeter/package.json': JSON.stringify({ name: 'greeter', type: 'module', exports: './index.js' }),
    'nodejs/node_modules/greeter/index.js': "export const greeting = (name) => 'hello '.concat(name);",
  };
  const layers = [new LayerVersion(stack, 'Layer', { code: code(greeter) })];
  const common = { runtime: Runtime.NODEJS_24_X, architecture: Architecture.ARM_64, timeout: Duration.seconds(5) };
  const asset = code({ 'index.mjs': handlers });
  const add = (id: string, more: object = {}) => {
    const made = new LambdaFunction(stack, id, { ...common, handler: `index.${id}`, code: asset, layers, ...more });
    output(stack, `${id}Name`, made.functionName);
    return made;
  };
  for (const id of ['echo', 'fail', 'leave', 'never', 'large', 'metric', 'busy', 'chatty']) add(id);
  add('slow', { timeout: Duration.seconds(1) });
  add('environment', { environment: { STAGE: 'test', EMPTY: '' } });
  add('heap');
  add('ownHeap', { handler: 'index.heap', environment: { NODE_OPTIONS: '--max_old_space_size=100' } });
  add('missing');
  add('unlayered', { handler: 'index.echo', layers: [] });
  add('repository', { code: code({ 'index.mjs': "import 'zod'; export const handler = async () => 1;" }), handler: 'index.handler' });
  add('broken', { code: code({ 'index.mjs': "throw new TypeError('not today');" }), handler: 'index.handler' });
  const letters = new Queue(stack, 'Letters');
  output(stack, 'lettersUrl', letters.queueUrl);
  add('retried', { handler: 'index.fail', retryAttempts: 1, onFailure: new SqsDestination(letters) });
}

beforeAll(async () => {
  aws = await startAws({
    assembly: synthesiseStack(build),
    environment: { BOX_ENDPOINT_URL: 'http://127.0.0.1:1' },
    onLog: (line) => seen.push(line),
  });
  names = (await aws.deploy()).stacks.Test?.outputs ?? {};
});
afterAll(() => aws.stop());

const invoke = (id: string, payload: unknown = {}) => aws.invoke(names[`${id}Name`] ?? '', payload);

test('a function with its layer answers, cold once and then warm in the same container', async () => {
  const first = await invoke('echo', { name: 'Ada' });
  const second = await invoke('echo', { name: 'Ada' });
  expect(first).toMatchObject({ outcome: 'response', coldStart: true, payload: { greeting: 'hello Ada', count: 1 } });
  expect(first.initMs).toBeGreaterThan(0);
  expect(second).toMatchObject({ coldStart: false, payload: { count: 2 } });
  expect(second).not.toHaveProperty('initMs');
  expect((second.payload as { remaining: number }).remaining).toBeGreaterThan(4000);
});

test('every line of an invocation is there when its outcome is, under its request id', async () => {
  const { requestId } = await invoke('echo', { name: 'Grace' });
  const lines = aws.logs(names.echoName ?? '', requestId);
  expect(lines).toHaveLength(2);
  expect(lines.join('\n')).toContain(`working on Grace for ${requestId}`);
  expect(lines.join('\n')).toContain('a warning without a newline');
  expect(seen.filter((line) => line.requestId === requestId)).toHaveLength(2);
});

test('many lines are all there, in order', async () => {
  for (let round = 0; round < 5; round += 1) {
    const { requestId } = await invoke('chatty');
    expect(aws.logs(names.chattyName ?? '', requestId)).toEqual(Array.from({ length: 2000 }, (_, line) => `line ${line}`));
  }
});

test('a function gets the environment of its template and of Lambda, and nothing of the parent’s', async () => {
  process.env.PARENT_SECRET = 'leaked';
  const environment = (await invoke('environment')).payload as Record<string, string>;
  expect(environment).toMatchObject({
    STAGE: 'test',
    EMPTY: '',
    BOX_ENDPOINT_URL: 'http://127.0.0.1:1',
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: 'eu-west-1',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    TZ: ':UTC',
  });
  expect(environment).not.toHaveProperty('PARENT_SECRET');
  expect(environment).not.toHaveProperty('HOME');
});

test('the heap gets its share of the memory by the launcher, unless the function says how much', async () => {
  expect((await invoke('heap')).payload).toEqual(['--max-semi-space-size=6', '--max-old-space-size=116']);
  expect((await invoke('ownHeap')).payload).toEqual([]);
});

test('concurrent invocations run in containers of their own', async () => {
  const outcomes = await Promise.all([1, 2, 3].map(() => invoke('busy', { ms: 150 })));
  expect(new Set(outcomes.map(({ payload }) => payload)).size).toBe(3);
});

test('a throw keeps the container; a timeout, an exit and an empty event loop end it', async () => {
  expect(await invoke('fail')).toMatchObject({ outcome: 'error', payload: { errorType: 'RangeError', errorMessage: 'too far' } });
  expect(await invoke('fail')).toMatchObject({ outcome: 'error', coldStart: false });
  const late = await invoke('slow');
  expect(late).toMatchObject({ outcome: 'timeout', payload: { errorType: 'Sandbox.Timedout' } });
  expect(late.durationMs).toBeGreaterThan(990);
  expect(await invoke('leave')).toMatchObject({ outcome: 'exit', payload: { errorType: 'Runtime.ExitError' } });
  expect(aws.logs(names.leaveName ?? '')).toEqual(['last words']);
  expect(await invoke('leave')).toMatchObject({ outcome: 'exit', coldStart: true });
  expect(await invoke('never')).toMatchObject({ outcome: 'exit' });
});

test('an init that throws, a handler that is missing and a module that is in no layer fail as on Lambda', async () => {
  expect(await invoke('broken')).toMatchObject({ outcome: 'error', payload: { errorType: 'TypeError', errorMessage: 'not today' } });
  expect(await invoke('missing')).toMatchObject({ outcome: 'error', payload: { errorType: 'Runtime.HandlerNotFound' } });
  expect(await invoke('unlayered')).toMatchObject({ outcome: 'error', payload: { errorMessage: expect.stringContaining("'greeter'") } });
});

test('the repository’s own node_modules are out of reach', async () => {
  expect(await invoke('repository')).toMatchObject({ outcome: 'error', payload: { errorMessage: expect.stringContaining("'zod'") } });
});

test('6 MB is the most that goes in or out', async () => {
  expect(await invoke('large', { bytes: 6_000_000 })).toMatchObject({ outcome: 'response' });
  expect(await invoke('large', { bytes: 6_300_000 })).toMatchObject({
    outcome: 'error',
    payload: { errorType: 'Function.ResponseSizeTooLarge' },
  });
  await expect(invoke('large', { padding: 'x'.repeat(6_300_000) })).rejects.toMatchObject({ code: 'RequestTooLargeException' });
});

test('metrics are those of the log lines and Lambda’s own', async () => {
  await invoke('metric');
  const sold = aws.metrics().filter(({ name }) => name === 'Sold');
  expect(sold).toEqual([
    { namespace: 'Shop', name: 'Sold', dimensions: { Stage: 's', Job: 'j' }, value: 7, at: 5 },
    { namespace: 'Shop', name: 'Sold', dimensions: {}, value: 7, at: 5 },
  ]);
  const errors = aws.metrics().filter(({ name, dimensions }) => name === 'Errors' && dimensions.FunctionName === names.brokenName);
  expect(errors.map(({ value }) => value)).toEqual([1]);
});

test('a function that nobody deployed is not found', async () => {
  await expect(aws.invoke('nobody', {})).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
});
