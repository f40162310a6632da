import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { CallBudget } from '../box/call-gate.ts';

/** What Box has asked of the service account, told to all who share its limit. */
export interface SharedPause {
  /** Box has said 429 with such a `Retry-After`; a longer pause stands. Never throws: whoever does not hear of it will be told by Box. */
  tell(untilMs: number): Promise<void>;
  /** Holds the budget for as long as somebody was told to wait; looked up at most every five seconds. */
  apply(budget: CallBudget): Promise<void>;
}

const freshMs = 5_000;

/** @param app tells Box apps apart: each has a service account of its own */
export function sharedPauseIn(client: DynamoDBClient, table: string, app: string, now: () => number = Date.now): SharedPause {
  const key = { pk: { S: `limits#${app}` }, sk: { S: 'enterprise' } };
  let lookedAt = Number.NEGATIVE_INFINITY;
  return {
    async tell(untilMs) {
      const Item = { ...key, pauseUntil: { N: String(untilMs) }, expiresAt: { N: String(Math.ceil(untilMs / 1000) + 3_600) } };
      const command = new PutItemCommand({
        TableName: table,
        Item,
        ConditionExpression: 'attribute_not_exists(pk) OR pauseUntil < :until',
        ExpressionAttributeValues: { ':until': { N: String(untilMs) } },
      });
      await client.send(command).catch(() => undefined);
    },
    async apply(budget) {
      if (Math.abs(now() - lookedAt) < freshMs) return;
      lookedAt = now();
      const { Item } = await client
        .send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))
        .catch(() => ({ Item: undefined }));
      budget.until(Number(Item?.pauseUntil?.N ?? 0));
    },
  };
}
