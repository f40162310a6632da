import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandOutput,
  ScanCommand,
  type ScanCommandOutput,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let client: DynamoDBClient;
let TableName: string;
let now = Date.parse('2026-11-22T02:00:00Z');

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    const key = { partitionKey: { name: 'pk', type: AttributeType.STRING }, sortKey: { name: 'sk', type: AttributeType.STRING } };
    const globalSecondaryIndexes = [{ indexName: 'byState', partitionKey: { name: 'state', type: AttributeType.STRING } }];
    const table = new TableV2(stack, 'Table', { ...key, timeToLiveAttribute: 'expiresAt', globalSecondaryIndexes });
    output(stack, 'table', table.tableName);
    output(stack, 'arn', table.tableArn);
  });
  aws = await startAws({ assembly, now: () => now });
  await aws.deploy();
  TableName = aws.outputs('Test').table ?? '';
  client = new DynamoDBClient(asOperator(aws));
});
afterAll(() => aws.stop());

const Key = { pk: { S: 'job' }, sk: { S: '02:00' } };
const claim = (run: string) =>
  client.send(
    new PutItemCommand({
      TableName,
      Item: { ...Key, run: { S: run }, state: { S: 'live' } },
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );

test('of many conditional puts one wins, and the losers are shown what was there', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 10 }, (_, index) => claim(String(index))));
  const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
  const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(lost).toHaveLength(9);
  for (const { reason } of lost) {
    expect(reason).toMatchObject({ name: 'ConditionalCheckFailedException', Item: { run: { S: String(winner) } } });
  }
});

test('items are read, updated, queried by index and deleted', async () => {
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'SET #s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': { S: 'done' } },
    }),
  );
  const found = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  expect(found.Item).toMatchObject({ state: { S: 'done' } });
  const byState = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'byState',
      KeyConditionExpression: '#s = :s',
      ExpressionAttributeNames: { '#s': 'state' },
      ExpressionAttributeValues: { ':s': { S: 'done' } },
    }),
  );
  expect(byState.Count).toBe(1);
  await client.send(
    new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: { ...Key, sk: { S: '03:00' } } } }] } }),
  );
  await client.send(new DeleteItemCommand({ TableName, Key }));
  const arn = aws.outputs('Test').arn ?? '';
  const calls = aws.journal.calls({ service: 'dynamodb' }).filter(({ action }) => action !== 'dynamodb:PutItem');
  expect(calls.map(({ action, resource }) => [action, resource.replace(arn, 'table')])).toEqual([
    ['dynamodb:UpdateItem', 'table'],
    ['dynamodb:GetItem', 'table'],
    ['dynamodb:Query', 'table/index/byState'],
    ['dynamodb:BatchWriteItem', 'table'],
    ['dynamodb:DeleteItem', 'table'],
  ]);
});

test('a transaction, which the sandbox has not, is refused', async () => {
  const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName, Key } }] });
  await expect(client.send(transaction)).rejects.toMatchObject({ name: 'AccessDeniedException' });
});

test('an expired item is there until it is swept, and nothing else is swept', async () => {
  const { TimeToLiveDescription } = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  expect(TimeToLiveDescription).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'expiresAt' });
  const put = (sk: string, expiresAt?: object) =>
    client.send(new PutItemCommand({ TableName, Item: { pk: { S: 'ttl' }, sk: { S: sk }, ...(expiresAt && { expiresAt }) } as never }));
  const second = (offset: number) => ({ N: String(now / 1000 + offset) });
  await put('over', second(60));
  await put('later', second(7200));
  await put('text', { S: '1' });
  await put('never');
  now += 3_600_000;
  const present = async () => {
    const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'ttl' } } };
    return ((await client.send(new QueryCommand({ TableName, ...query }))).Items ?? []).map(({ sk }) => sk?.S);
  };
  expect(await present()).toEqual(['later', 'never', 'over', 'text']);
  expect(await aws.sweepExpired()).toBe(1);
  expect(await present()).toEqual(['later', 'never', 'text']);
});

test('a query and a scan go on where their page ended', async () => {
  const keys = Array.from({ length: 25 }, (_, index) => ({ pk: { S: 'paged' }, sk: { S: String(index).padStart(2, '0') } }));
  const batch = { [TableName]: keys.map((Item) => ({ PutRequest: { Item } })) };
  await client.send(new BatchWriteItemCommand({ RequestItems: batch }));
  const pages = async (page: (start: Record<string, never> | undefined) => Promise<QueryCommandOutput | ScanCommandOutput>) => {
    const sizes: number[] = [];
    let start: object | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await page(start as Record<string, never>);
      sizes.push(Items.length);
      start = LastEvaluatedKey;
    } while (start !== undefined);
    return sizes;
  };
  const query = { TableName, KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: 'paged' } }, Limit: 10 };
  expect(await pages((ExclusiveStartKey) => client.send(new QueryCommand({ ...query, ExclusiveStartKey })))).toEqual([10, 10, 5]);
  const scanned = await pages((ExclusiveStartKey) => client.send(new ScanCommand({ TableName, Limit: 10, ExclusiveStartKey })));
  expect(scanned.reduce((sum, count) => sum + count)).toBeGreaterThanOrEqual(25);
});
