import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { NightporterError } from '../../errors.ts';
import type { LeaseBook } from './lease.ts';
import type { Note, Notes } from './note.ts';
import { noWish, type Owner, ownerKey, type Target, targetKey, type Wish, wishSchema } from './wanted.ts';

/** What is remembered of the webhooks of one Box app: what the last deployment wants, and what we noted of each. */
export interface WebhookStore {
  wish(): Promise<Wish>;
  setWish(wish: Wish): Promise<void>;
  /** Everyone for whom there is a note: his webhooks are to be looked after although nobody wants one any more. */
  owners(): Promise<readonly Owner[]>;
  notesOf(owner: Owner): Notes;
  /** Of the whole app: whoever has it changes its webhooks and notes. */
  readonly leases: LeaseBook;
}

/** A note that is no more is kept for a while: whoever looks into the table sees what there was. */
const keptSeconds = 30 * 86_400;

interface Place {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Of the items of this app. */
  readonly pk: string;
  readonly now: () => number;
}

/** In the table of runs, under one partition key for each app. */
export function webhookStore(client: DynamoDBClient, table: string, app: string, now: () => number = Date.now): WebhookStore {
  const place = { client, table, pk: `webhooks#${app}`, now };
  return {
    async wish() {
      const key = { pk: { S: place.pk }, sk: { S: 'wish' } };
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true })).catch(refused);
      return Item?.value?.S === undefined ? noWish : wishSchema.parse(JSON.parse(Item.value.S));
    },
    async setWish(wish) {
      const Item = { pk: { S: place.pk }, sk: { S: 'wish' }, value: { S: JSON.stringify(wish) } };
      await client.send(new PutItemCommand({ TableName: table, Item })).catch(refused);
    },
    async owners() {
      const owners = new Map<string, Owner>();
      for (const { owner } of await read(place, 'note#')) if (owner) owners.set(ownerKey(owner), owner);
      return [...owners.values()];
    },
    notesOf: (owner) => notesOf(place, owner),
    leases: {
      take: (owner, until, now) => {
        const values = { ':now': { N: String(now) }, ':owner': { S: owner } };
        // Ours, too: AWS's answer may have been lost, and the SDK asks again.
        return putLease(place, owner, until, 'attribute_not_exists(pk) OR leaseUntil < :now OR holder = :owner', values);
      },
      keep: (owner, until) => putLease(place, owner, until, 'holder = :owner', { ':owner': { S: owner } }),
    },
  };
}

async function putLease(
  { client, table, pk }: Place,
  owner: string,
  until: number,
  ConditionExpression: string,
  ExpressionAttributeValues: Record<string, AttributeValue>,
): Promise<boolean> {
  const Item = { pk: { S: pk }, sk: { S: 'lease' }, holder: { S: owner }, leaseUntil: { N: String(until) } };
  try {
    await client.send(new PutItemCommand({ TableName: table, Item, ConditionExpression, ExpressionAttributeValues }));
    return true;
  } catch (error) {
    return error instanceof ConditionalCheckFailedException ? false : refused(error);
  }
}

function notesOf(place: Place, owner: Owner): Notes {
  const prefix = `note#${ownerKey(owner)}#`;
  const write = (target: Target, item: Record<string, AttributeValue>, onlyOver: string | undefined): Promise<void> =>
    put(place, { sk: { S: prefix + targetKey(target) }, owner: { S: JSON.stringify(owner) }, ...item }, onlyOver);
  return {
    all: async () => (await read(place, prefix)).map(({ note }) => note),
    put: (note, onlyOver) => write(note.target, { state: { S: note.state }, value: { S: JSON.stringify(note) } }, onlyOver),
    remove: (target, onlyIn) => {
      const expiresAt = { N: String(Math.floor(place.now() / 1000) + keptSeconds) };
      return write(target, { state: { S: 'gone' }, expiresAt }, onlyIn);
    },
  };
}

async function put({ client, table, pk }: Place, item: Record<string, AttributeValue>, onlyOver: string | undefined): Promise<void> {
  const condition = onlyOver !== undefined && {
    ConditionExpression: '#state = :state',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':state': { S: onlyOver } },
  };
  await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: pk }, ...item }, ...condition })).catch((error) => {
    if (!(error instanceof ConditionalCheckFailedException)) return refused(error);
  });
}

async function read(
  { client, table, pk }: Place,
  prefix: string,
): Promise<readonly { readonly note: Note; readonly owner: Owner | undefined }[]> {
  const found: { note: Note; owner: Owner | undefined }[] = [];
  let from: Record<string, AttributeValue> | undefined;
  do {
    const query = new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
      ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
      ConsistentRead: true,
      ...(from && { ExclusiveStartKey: from }),
    });
    const { Items = [], LastEvaluatedKey } = await client.send(query).catch(refused);
    for (const { state, value, owner } of Items) {
      if (state?.S === 'gone' || value?.S === undefined) continue;
      found.push({ note: JSON.parse(value.S) as Note, owner: owner?.S === undefined ? undefined : (JSON.parse(owner.S) as Owner) });
    }
    from = LastEvaluatedKey;
  } while (from);
  return found;
}

function refused(cause: unknown): never {
  const sentence = 'Check the runs table and the grant on it: what is known of the webhooks could not be read or written.';
  throw new NightporterError('WEBHOOKS_NOT_NOTED', sentence, { cause });
}
