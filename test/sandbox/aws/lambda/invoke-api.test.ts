import {
  GetAccountSettingsCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  type InvokeCommandInput,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import type { Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs, actor, asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

const source = `exports.handler = async (event, context) => {
  if (event.ms) await new Promise((resolve) => setTimeout(resolve, event.ms));
  if (event.fail) throw new RangeError('too far');
  if (event.text) throw 'a string';
  console.log('event', JSON.stringify(event));
  return { ...event, custom: context.clientContext };
};`;

let aws: Aws;
let client: LambdaClient;
let name: string;

beforeAll(async () => {
  const assembly = synthesiseStack((stack: Stack) => {
    const common = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline(source) };
    const echo = new LambdaFunction(stack, 'Echo', { ...common, description: 'says it again' });
    const single = new LambdaFunction(stack, 'Single', { ...common, reservedConcurrentExecutions: 1 });
    const live = echo.addAlias('live');
    output(stack, 'name', echo.functionName);
    output(stack, 'single', single.functionName);
    live.grantInvoke(actor(stack, 'OfAlias'));
    echo.grantInvoke(actor(stack, 'OfFunction'));
    actor(stack, 'Stranger');
  });
  aws = await startAws({ assembly });
  await aws.deploy();
  client = new LambdaClient(asOperator(aws));
  name = aws.outputs('Test').name ?? '';
});
afterAll(() => aws.stop());

const invoke = (payload: object, more: Partial<InvokeCommandInput> = {}, as = client) =>
  as.send(new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(payload), ...more }));
const parsed = (payload: Uint8Array | undefined): unknown => JSON.parse(Buffer.from(payload ?? []).toString());

test('a synchronous caller gets the answer, the version and the tail of the log', async () => {
  const ClientContext = Buffer.from('{"device":"desk"}').toString('base64');
  const answer = await invoke({ said: 'ä' }, { LogType: 'Tail', ClientContext });
  expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
  expect(answer.FunctionError).toBeUndefined();
  expect(parsed(answer.Payload)).toEqual({ said: 'ä', custom: { device: 'desk' } });
  const tail = Buffer.from(answer.LogResult ?? '', 'base64').toString();
  expect(tail).toMatch(/^START RequestId: \S+ Version: \$LATEST\n.*event \{"said":"ä"\}\nEND RequestId: \S+\nREPORT RequestId: /s);
});

test.each([
  [{ fail: true }, { errorType: 'RangeError', errorMessage: 'too far' }],
  [{ text: true }, { errorType: 'string', errorMessage: 'a string' }],
])('a handler that throws is a function error, not an error of the call (%o)', async (event, payload) => {
  const answer = await invoke(event);
  expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(parsed(answer.Payload)).toMatchObject(payload);
});

test('an event is taken at once and runs later; a dry run runs nothing', async () => {
  const before = aws.logs(name).length;
  expect(await invoke({ ms: 50 }, { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
  expect(await invoke({ ms: 50 }, { InvocationType: 'Event' })).toMatchObject({ StatusCode: 202 });
  expect(aws.logs(name)).toHaveLength(before);
  await aws.events.drain();
  expect(aws.logs(name)).toHaveLength(before + 1);
});

test('what is no JSON, too large or of an unknown function is refused as AWS names it', async () => {
  await expect(client.send(new InvokeCommand({ FunctionName: name, Payload: '{' }))).rejects.toMatchObject({
    name: 'InvalidRequestContentException',
  });
  await expect(invoke({ x: 'x'.repeat(6_300_000) })).rejects.toMatchObject({ name: 'RequestTooLargeException' });
  await expect(invoke({ x: 'x'.repeat(1_100_000) }, { InvocationType: 'Event' })).rejects.toMatchObject({
    name: 'RequestTooLargeException',
  });
  await expect(invoke({}, { FunctionName: 'nobody' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await expect(invoke({}, { FunctionName: `${name}:1`, Qualifier: 'live' })).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});

test('a role invokes exactly the name that it was granted', async () => {
  const [ofAlias, ofFunction, stranger] = await Promise.all(
    ['OfAlias', 'OfFunction', 'Stranger'].map(async (id) => new LambdaClient(await actAs(aws, id))),
  );
  const denied = { name: 'AccessDeniedException' };
  expect(await invoke({}, { Qualifier: 'live' }, ofAlias)).toMatchObject({ StatusCode: 200, ExecutedVersion: '1' });
  await expect(invoke({}, {}, ofAlias)).rejects.toMatchObject(denied);
  expect(await invoke({}, {}, ofFunction)).toMatchObject({ StatusCode: 200 });
  await expect(invoke({}, { InvocationType: 'Event' }, stranger)).rejects.toMatchObject(denied);
  await expect(invoke({}, { FunctionName: 'nobody' }, stranger)).rejects.toMatchObject(denied);
});

test('reserved concurrency throttles whoever waits for the answer, and lets events wait', async () => {
  const single = { FunctionName: aws.outputs('Test').single };
  const running = invoke({ ms: 400 }, single);
  await invoke({ queued: 1 }, { ...single, InvocationType: 'Event' });
  await expect(invoke({}, single)).rejects.toMatchObject({ name: 'TooManyRequestsException', $metadata: { httpStatusCode: 429 } });
  await running;
  await aws.events.drain();
  expect(aws.logs(single.FunctionName ?? '').join('\n')).toContain('{"queued":1}');
});

test('functions and the account can be looked at', async () => {
  const { Configuration, Concurrency } = await client.send(new GetFunctionCommand({ FunctionName: aws.outputs('Test').single }));
  expect(Configuration).toMatchObject({ Runtime: 'nodejs24.x', MemorySize: 128, Timeout: 3, State: 'Active', Version: '$LATEST' });
  expect(Concurrency).toEqual({ ReservedConcurrentExecutions: 1 });
  const configuration = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name, Qualifier: 'live' }));
  expect(configuration).toMatchObject({ Version: '1', Description: 'says it again', FunctionArn: expect.stringMatching(/:live$/) });
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand());
  expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 999 });
});
