import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { RunName } from './approval/decisions.ts';

/** What operators have switched: looked at before each action. */
export interface Switches {
  /** This run changes nothing more, and ends. */
  readonly stopped: boolean;
  /** Nothing of the stage changes anything for now; runs wait. */
  readonly paused: boolean;
}

/** Who switched, when, and why: for those who find the stage paused. */
export interface SwitchedBy {
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly reason: string;
}

const pauseKey = { pk: { S: 'switch' }, sk: { S: 'paused' } };
const stopKey = ({ job, run }: RunName) => ({ pk: { S: `stop#${job}` }, sk: { S: run } });

const keptSeconds = 400 * 86_400;

/** Both at once; consistent reads, so that what was switched before an action holds for it. */
export async function switches(client: DynamoDBClient, table: string, name: RunName): Promise<Switches> {
  const read = (Key: typeof pauseKey) => client.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }));
  const [pause, stop] = await Promise.all([read(pauseKey), read(stopKey(name))]);
  return { stopped: stop.Item !== undefined, paused: pause.Item?.on?.BOOL === true };
}

/** Who paused the stage; undefined when it is not paused. */
export async function pausedBy(client: DynamoDBClient, table: string): Promise<SwitchedBy | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: pauseKey, ConsistentRead: true }));
  if (Item?.on?.BOOL !== true) return undefined;
  return { by: Item.by?.S ?? '', at: Number(Item.at?.N), reason: Item.reason?.S ?? '' };
}

export async function setPaused(client: DynamoDBClient, table: string, on: boolean, who: SwitchedBy): Promise<void> {
  await client.send(new PutItemCommand({ TableName: table, Item: { ...pauseKey, on: { BOOL: on }, ...written(who) } }));
}

/** For good: a run that was stopped is not taken up again, its due time is redriven by a new one. */
export async function setStopped(client: DynamoDBClient, table: string, name: RunName, who: SwitchedBy): Promise<void> {
  const expiresAt = { N: String(Math.floor(who.at / 1000) + keptSeconds) };
  await client.send(new PutItemCommand({ TableName: table, Item: { ...stopKey(name), ...written(who), expiresAt } }));
}

function written({ by, at, reason }: SwitchedBy) {
  return { by: { S: by }, at: { N: String(at) }, reason: { S: reason } };
}
