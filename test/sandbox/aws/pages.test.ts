import { CloudFormationClient, ListStackResourcesCommand, paginateListStackResources } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  GetLogEventsCommand,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { LambdaClient, ListAliasesCommand, paginateListAliases, paginateListVersionsByFunction } from '@aws-sdk/client-lambda';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ListSchedulesCommand, paginateListSchedules, SchedulerClient } from '@aws-sdk/client-scheduler';
import { PutSecretValueCommand, paginateListSecretVersionIds, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { paginateListDeadLetterSourceQueues, SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from 'aws-cdk-lib';
import { CfnAlias, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator, type ClientSettings } from './fixture/act-as.ts';
import { output, synthesiseStack } from './fixture/synthesise.ts';
import { type Aws, startAws } from './index.ts';

let aws: Aws;
let settings: ClientSettings;
let outputs: Readonly<Record<string, string>>;

const range = (count: number) => Array.from({ length: count }, (_, index) => index);

/** More of everything than AWS tells in one answer. */
function build(stack: Stack): void {
  const code = Code.fromInline('exports.handler = async () => [1, 2, 3, 4].forEach((line) => console.log(line));');
  const made = new LambdaFunction(stack, 'Target', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
  made.addAlias('live');
  output(stack, 'function', made.functionName);
  for (const index of range(51))
    new CfnAlias(stack, `Alias${index}`, { functionName: made.functionName, functionVersion: '$LATEST', name: `a${index}` });
  for (const index of range(101)) {
    new CfnSchedule(stack, `Schedule${index}`, {
      scheduleExpression: 'rate(1 day)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: { arn: made.functionArn, roleArn: made.role?.roleArn ?? '' },
    });
  }
  for (const index of range(51)) new LogGroup(stack, `Logs${index}`);
  const letters = new Queue(stack, 'Letters');
  for (const index of range(3)) new Queue(stack, `Source${index}`, { deadLetterQueue: { queue: letters, maxReceiveCount: 1 } });
  output(stack, 'letters', letters.queueUrl);
  output(stack, 'bucket', new Bucket(stack, 'Bucket', { versioned: true }).bucketName);
  output(stack, 'secret', new Secret(stack, 'Secret').secretArn);
}

beforeAll(async () => {
  aws = await startAws({ assembly: synthesiseStack(build) });
  await aws.deploy();
  settings = asOperator(aws);
  outputs = aws.outputs('Test');
});
afterAll(() => aws.stop());

/** How many items each page has. */
async function sizes<T>(pages: AsyncIterable<T>, itemsOf: (page: T) => readonly unknown[] | undefined): Promise<readonly number[]> {
  return (await Array.fromAsync(pages)).map((page) => itemsOf(page)?.length ?? 0);
}

test('a stack’s resources come a hundred at a time', async () => {
  const client = new CloudFormationClient(settings);
  const found = await sizes(paginateListStackResources({ client }, { StackName: 'Test' }), (page) => page.StackResourceSummaries);
  const all = Object.keys((await aws.deploy()).stacks.Test?.resources ?? {}).length;
  expect(found).toEqual([100, 100, all - 200]);
  const wrong = new ListStackResourcesCommand({ StackName: 'Test', NextToken: 'of another list' });
  await expect(client.send(wrong)).rejects.toMatchObject({ name: 'ValidationError' });
});

test('a function’s aliases and versions come fifty at a time at most, whatever is asked for', async () => {
  const client = new LambdaClient(settings);
  const FunctionName = outputs.function;
  const aliases = paginateListAliases({ client }, { FunctionName, MaxItems: 10_000 });
  expect(await sizes(aliases, (page) => page.Aliases)).toEqual([50, 2]);
  const versions = paginateListVersionsByFunction({ client }, { FunctionName, MaxItems: 1 });
  expect(await sizes(versions, (page) => page.Versions)).toEqual([1, 1]);
  const wrong = new ListAliasesCommand({ FunctionName, Marker: 'of another list' });
  await expect(client.send(wrong)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('schedules come a hundred at a time', async () => {
  const client = new SchedulerClient(settings);
  expect(await sizes(paginateListSchedules({ client }, {}), (page) => page.Schedules)).toEqual([100, 1]);
  const wrong = new ListSchedulesCommand({ NextToken: 'of another list' });
  await expect(client.send(wrong)).rejects.toMatchObject({ name: 'ValidationException' });
});

test('a bucket’s versions come a thousand at a time at most, of each key the newest first', async () => {
  const s3 = new S3Client(settings);
  const bucket = { Bucket: outputs.bucket };
  for (const Key of ['a', 'b', 'b', 'c/1', 'c/2', 'd']) await s3.send(new PutObjectCommand({ ...bucket, Key, Body: Key }));
  await s3.send(new DeleteObjectCommand({ ...bucket, Key: 'b' }));
  const listed = async (input: { readonly MaxKeys?: number; readonly Delimiter?: string }) => {
    const pages: string[][] = [];
    let next: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
    do {
      const page = await s3.send(new ListObjectVersionsCommand({ ...bucket, ...input, ...next }));
      const { Versions = [], DeleteMarkers = [], CommonPrefixes = [] } = page;
      const keys = Versions.map(({ Key, IsLatest }) => `${Key}${IsLatest ? '' : ' old'}`);
      pages.push([...DeleteMarkers.map(({ Key }) => `${Key} gone`), ...keys, ...CommonPrefixes.map(({ Prefix = '' }) => Prefix)]);
      next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : {};
    } while (next.KeyMarker !== undefined);
    return pages;
  };
  expect(await listed({ MaxKeys: 3 })).toEqual([['b gone', 'a', 'b old'], ['b old', 'c/1', 'c/2'], ['d']]);
  expect(await listed({ MaxKeys: 5, Delimiter: '/' })).toEqual([['b gone', 'a', 'b old', 'b old', 'c/'], ['d']]);
  expect(await listed({ MaxKeys: 5000 })).toHaveLength(1);
});

test('log groups come fifty at a time, and lines as many as are asked for, forwards and backwards', async () => {
  const client = new CloudWatchLogsClient(settings);
  expect(await sizes(paginateDescribeLogGroups({ client }, { logGroupNamePrefix: 'Test' }), (page) => page.logGroups)).toEqual([50, 1]);
  await aws.invoke(outputs.function ?? '', {});
  const logGroupName = `/aws/lambda/${outputs.function}`;
  const found = await Array.fromAsync(paginateFilterLogEvents({ client }, { logGroupName, limit: 1 }));
  const lines = found.flatMap(({ events = [] }) => events.map(({ message }) => message));
  expect(found.length).toBe(lines.length);
  expect(lines.length).toBeGreaterThanOrEqual(4);
  const logStreamName = found[0]?.events?.[0]?.logStreamName;
  const read = (more: object) => client.send(new GetLogEventsCommand({ logGroupName, logStreamName, limit: 2, ...more }));
  const first = await read({ startFromHead: true });
  const second = await read({ nextToken: first.nextForwardToken });
  expect([...(first.events ?? []), ...(second.events ?? [])].map(({ message }) => message)).toEqual(lines.slice(0, 4));
  expect((await read({ nextToken: second.nextBackwardToken })).events).toEqual(first.events);
  expect((await read({})).events?.map(({ message }) => message)).toEqual(lines.slice(-2));
  await expect(read({ nextToken: 'of another list' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

test('a secret’s versions and a dead-letter queue’s sources come as many as are asked for', async () => {
  const secrets = new SecretsManagerClient(settings);
  const SecretId = outputs.secret;
  for (const SecretString of ['one', 'two', 'three']) await secrets.send(new PutSecretValueCommand({ SecretId, SecretString }));
  const versions = paginateListSecretVersionIds({ client: secrets }, { SecretId, MaxResults: 2, IncludeDeprecated: true });
  expect((await sizes(versions, (page) => page.Versions)).slice(0, -1)).toEqual([2]);
  const queues = paginateListDeadLetterSourceQueues({ client: new SQSClient(settings) }, { QueueUrl: outputs.letters, MaxResults: 2 });
  expect(await sizes(queues, (page) => page.queueUrls)).toEqual([2, 1]);
});
