import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { asOperator } from '../sandbox/aws/fixture/act-as.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

/** As if another job of the Box app had been told by Box to call no sooner than that, in ms since the epoch. */
export async function holdBack(sandbox: Sandbox, pauseUntil: number): Promise<void> {
  const Item = { pk: { S: 'limits#default' }, sk: { S: 'another-job' }, pauseUntil: { N: String(pauseUntil) } };
  await new DynamoDBClient(asOperator(sandbox.aws)).send(new PutItemCommand({ TableName: sandbox.runsTable, Item }));
}

/** Until when each job of the Box app was told to call no more. */
export async function heldBack(sandbox: Sandbox): Promise<ReadonlyMap<string, number>> {
  const { Items = [] } = await new DynamoDBClient(asOperator(sandbox.aws)).send(
    new QueryCommand({
      TableName: sandbox.runsTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'limits#default' } },
    }),
  );
  return new Map(Items.map(({ sk, pauseUntil }) => [sk?.S ?? '', Number(pauseUntil?.N)]));
}
