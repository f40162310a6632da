import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Sandbox } from '../sandbox/sandbox.ts';

function clientOf({ aws: { operator, endpoint } }: Sandbox): DynamoDBClient {
  return new DynamoDBClient({ region: operator.region, credentials: operator, endpoint });
}

/** As if another job of the Box app had been told by Box to call no sooner than that, in ms since the epoch. */
export async function holdBack(sandbox: Sandbox, pauseUntil: number): Promise<void> {
  const Item = { pk: { S: 'limits#default' }, sk: { S: 'another-job' }, pauseUntil: { N: String(pauseUntil) } };
  await clientOf(sandbox).send(new PutItemCommand({ TableName: sandbox.runsTable, Item }));
}

/** Until when each job of the Box app was told to call no more. */
export async function heldBack(sandbox: Sandbox): Promise<ReadonlyMap<string, number>> {
  const { Items = [] } = await clientOf(sandbox).send(
    new QueryCommand({
      TableName: sandbox.runsTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'limits#default' } },
    }),
  );
  return new Map(Items.map(({ sk, pauseUntil }) => [sk?.S ?? '', Number(pauseUntil?.N)]));
}
