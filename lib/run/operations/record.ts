import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { EarlierRun } from '../coordinate.ts';
import { type HasEnded, hasLapsed } from '../execution-end.ts';

/** What is known of a run that somebody wants to start again. */
export interface StoredRun {
  readonly state: 'running' | 'done' | 'failed' | 'lapsed' | 'missing';
  /** What a manual run was given beside the stage's params. */
  readonly params: Readonly<Record<string, unknown>> | undefined;
  /** What it has laid down for a run that goes on from it; of a job as each managed user only. */
  readonly work?: EarlierRun & { /** Since when, in ms since the epoch. */ readonly at: number };
}

const startKey = (job: string, due: string) => ({ pk: { S: `start#${job}` }, sk: { S: due } });

const keptSeconds = 400 * 86_400;

export interface RecordParts {
  readonly dynamodb: DynamoDBClient;
  readonly runsTable: string;
  readonly hasEnded: HasEnded;
  readonly now: () => number;
}

/** @param due the due time in ISO 8601, or `manual#<id>` */
export async function storedRun(
  { dynamodb: client, runsTable: table, hasEnded, now }: RecordParts,
  job: string,
  due: string,
): Promise<StoredRun> {
  const read = (Key: ReturnType<typeof startKey>) => client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  const [{ Item: claim }, { Item: start }] = await Promise.all([
    read({ pk: { S: `job#${job}` }, sk: { S: due } }),
    read(startKey(job, due)),
  ]);
  const params = start?.params?.S === undefined ? undefined : JSON.parse(start.params.S);
  const state = claim?.state?.S;
  if (claim === undefined || state === undefined) return { state: 'missing', params };
  const run = claim.rosterOf?.S;
  const [users, shards, at] = [claim.users, claim.shards, claim.rosterAt].map((each) => Number(each?.N)) as [number, number, number];
  const known = { params, ...(run !== undefined && { work: { run, users, shards, at } }) };
  if (state === 'done' || state === 'failed') return { state, ...known };
  return { state: (await hasLapsed(claim, now(), hasEnded)) ? 'lapsed' : 'running', ...known };
}

/** So that a redrive gives the run what it was given. */
export async function rememberParams(
  client: DynamoDBClient,
  table: string,
  { job, due, params, now }: { readonly job: string; readonly due: string; readonly params: object; readonly now: number },
): Promise<void> {
  const expiresAt = { N: String(Math.floor(now / 1000) + keptSeconds) };
  const Item = { ...startKey(job, due), params: { S: JSON.stringify(params) }, expiresAt };
  await client.send(new PutItemCommand({ TableName: table, Item }));
}
