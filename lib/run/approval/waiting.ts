import { type AttributeValue, type DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import type { RunName } from './decisions.ts';
import type { Question } from './judge.ts';

/** A plan that waits for somebody's decision, as its run wrote it down. */
export interface Waiting extends Question, RunName {
  /** Of the report bucket. */
  readonly key: string;
  readonly considered: number;
  /** S3's version of the page that shows it; a run that waits since before there was one has none. */
  readonly pageVersionId?: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** What wakes the run. */
  readonly callbackId: string;
}

const schema = z.strictObject({
  job: z.string(),
  run: z.string(),
  key: z.string(),
  versionId: z.string(),
  pageVersionId: z.optional(z.string()),
  sha256: z.string(),
  actions: z.number(),
  considered: z.number(),
  excess: z.optional(z.string()),
  incomplete: z.number(),
  startedBy: z.string(),
  since: z.number(),
  until: z.number(),
  callbackId: z.string(),
});

const keyOf = ({ job, run }: RunName) => ({ pk: { S: `waiting#${job}` }, sk: { S: run } });

/** A week after its end nobody asks any more. */
const keptSeconds = 7 * 86_400;

/** By the run itself, in the runs table; a repeat overwrites. */
export async function putWaiting(client: DynamoDBClient, table: string, waiting: Waiting): Promise<void> {
  const expiresAt = { N: String(Math.floor(waiting.until / 1000) + keptSeconds) };
  const Item = { ...keyOf(waiting), waiting: { S: JSON.stringify(waiting) }, expiresAt };
  await client.send(new PutItemCommand({ TableName: table, Item }));
}

export async function waitingOf(client: DynamoDBClient, table: string, name: RunName): Promise<Waiting | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(name), ConsistentRead: true }));
  return parse(Item?.waiting?.S);
}

/** Every plan of the job that somebody has to decide on, the oldest first. */
export async function plansWaiting(client: DynamoDBClient, table: string, job: string): Promise<readonly Waiting[]> {
  const found: Waiting[] = [];
  for (let start: Record<string, AttributeValue> | undefined; ; ) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: `waiting#${job}` } },
        ConsistentRead: true,
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    found.push(...Items.flatMap(({ waiting }) => parse(waiting?.S) ?? []));
    if (!LastEvaluatedKey) return found.sort((one, other) => one.since - other.since);
    start = LastEvaluatedKey;
  }
}

/** The run goes on or has ended: nobody needs to decide any more. Emptied and not deleted, for which a run has no grant. */
export async function endWaiting(client: DynamoDBClient, table: string, name: RunName, now: number): Promise<void> {
  const Item = { ...keyOf(name), expiresAt: { N: String(Math.floor(now / 1000) + keptSeconds) } };
  await client.send(new PutItemCommand({ TableName: table, Item }));
}

function parse(source: string | undefined): Waiting | undefined {
  if (source === undefined) return undefined;
  const parsed = schema.safeParse(JSON.parse(source));
  return parsed.success ? parsed.data : undefined;
}
