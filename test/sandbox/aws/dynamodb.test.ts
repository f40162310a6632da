import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AttributeType, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from './fixture/act-as.ts';
import { output, synthesiseStack } from './fixture/synthesise.ts';
import { type Aws, startAws } from './index.ts';

let aws: Aws;
let client: DynamoDBClient;
let TableName: string;

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    const key = { partitionKey: { name: 'pk', type: AttributeType.STRING }, sortKey: { name: 'sk', type: AttributeType.STRING } };
    const globalSecondaryIndexes = [{ indexName: 'byState', partitionKey: { name: 'state', type: AttributeType.STRING } }];
    const table = new TableV2(stack, 'Table', { ...key, timeToLiveAttribute: 'expiresAt', globalSecondaryIndexes });
    output(stack, 'table', table.tableName);
    output(stack, 'arn', table.tableArn);
  });
  aws = await startAws({ assembly });
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
