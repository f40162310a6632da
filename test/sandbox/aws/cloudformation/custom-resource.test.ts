import { CustomResource } from 'aws-cdk-lib';
import { Code, EventInvokeConfig, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
beforeEach(async () => {
  aws = await startAws({ assembly: 'none' });
});
afterEach(() => aws.stop());

/** Answers as the resource's properties say, and logs what it is asked. */
const provider = `
const { request } = require('node:http');
exports.handler = async (event) => {
  const { RequestType, ResponseURL, PhysicalResourceId, ResourceProperties: { does, size, flag }, OldResourceProperties } = event;
  console.log(JSON.stringify({ asked: RequestType, id: PhysicalResourceId, does, size, flag, before: OldResourceProperties?.size, stack: event.StackId.split('/')[1], type: event.ResourceType, logical: event.LogicalResourceId }));
  if (does === 'silence') return;
  const fails = does === 'fails' && RequestType !== 'Delete' || does === 'stays' && RequestType === 'Delete';
  const body = JSON.stringify({ Status: fails ? 'FAILED' : 'SUCCESS', Reason: 'it was told to', PhysicalResourceId: 'made', Data: { Size: size, Long: does === 'long' ? 'x'.repeat(5000) : '' } });
  await new Promise((resolve, reject) =>
    request(ResponseURL, { method: 'PUT', headers: { 'content-length': Buffer.byteLength(body) } }, (reply) => reply.resume().on('end', resolve)).on('error', reject).end(body));
};`;

const stackWith = (properties: Readonly<Record<string, unknown>> | undefined) =>
  synthesiseStack((stack) => {
    const made = new LambdaFunction(stack, 'Provider', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(provider),
    });
    new EventInvokeConfig(stack, 'Once', { function: made, retryAttempts: 0 });
    output(stack, 'provider', made.functionName);
    if (properties === undefined) return;
    const custom = new CustomResource(stack, 'Thing', {
      resourceType: 'Custom::Thing',
      serviceToken: made.functionArn,
      properties: { ...properties },
    });
    output(stack, 'size', custom.getAttString('Size'));
  });

const asked = () =>
  aws
    .logs(aws.outputs('Test').provider ?? '')
    .filter((line) => line.includes('asked'))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as Record<string, unknown>);

test('a function makes, changes and deletes what only it knows; everything reaches it as text', async () => {
  await aws.deploy(stackWith({ size: 1, flag: true }));
  expect(aws.outputs('Test').size).toBe('1');
  await aws.deploy(stackWith({ size: 2, flag: true }));
  expect(aws.outputs('Test').size).toBe('2');
  await aws.deploy(stackWith(undefined));
  const place = { stack: 'Test', type: 'Custom::Thing', logical: 'Thing', flag: 'true' };
  expect(asked()).toEqual([
    { asked: 'Create', size: '1', ...place },
    { asked: 'Update', id: 'made', size: '2', before: '1', ...place },
    { asked: 'Delete', id: 'made', size: '2', ...place },
  ]);
});

test('one that fails takes the deployment back, and what it may have made is asked to go', async () => {
  await aws.deploy(stackWith(undefined));
  await expect(aws.deploy(stackWith({ does: 'fails', size: 1 }))).rejects.toThrow('Test/Thing (Custom::Thing): it was told to');
  expect(asked().map((each) => each.asked)).toEqual(['Create', 'Delete']);
});

test('an update that fails is followed by one with the former properties', async () => {
  await aws.deploy(stackWith({ size: 1 }));
  await expect(aws.deploy(stackWith({ does: 'fails', size: 2 }))).rejects.toThrow('it was told to');
  expect(asked().map((each) => [each.asked, each.size, each.before])).toEqual([
    ['Create', '1', undefined],
    ['Update', '2', '1'],
    ['Update', '1', '2'],
  ]);
});

test.each([
  ['silence', 'CloudFormation did not receive a response from your Custom Resource.'],
  ['long', 'Response object is too long.'],
])('%s is no answer', async (does, reason) => {
  await expect(aws.deploy(stackWith({ does, size: 1 }))).rejects.toThrow(`Test/Thing (Custom::Thing): ${reason}`);
});

test('a stack whose resource will not go is left standing', async () => {
  await aws.deploy(stackWith({ does: 'stays', size: 1 }));
  expect(await aws.destroy()).toMatchObject([{ logicalId: 'Thing', ref: 'made', reason: 'Test/Thing (Custom::Thing): it was told to' }]);
});
