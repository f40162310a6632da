import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { NightporterError } from '../errors.ts';

/**
 * Longer than a message can lie in a queue (14 days), and so much longer than Box retries (two hours): a copy that comes late still finds
 * the record of the first.
 */
const recordSeconds = 15 * 86_400;

export interface BeginRequest {
  readonly webhook: string;
  /** `id` of the body. Box's delivery id changes with each of its retries and would let every copy pass. */
  readonly eventId: string;
  /** After this long without an end, somebody else may begin: the handler's time limit. */
  readonly leaseMs: number;
  /** The queue hands this message over for the first time, or for the first time since a redrive: its hours are counted from now. */
  readonly isFirstReceipt: boolean;
}

/** An event that this handler, and no other, works on. */
export interface Begun {
  readonly outcome: 'begun';
  /** 1, or more where earlier attempts failed or never ended. Also the fence: what an earlier one writes later is refused. */
  readonly attempt: number;
  /** When its first attempt began, in ms; counted anew once it was given up, sent again, or got further. */
  readonly firstAt: number;
  /** The attempt before this one never came to an end: whoever handled it died. */
  readonly isAfterDeath: boolean;
  /** @throws NightporterError `EVENT_NOT_RECORDED`: another attempt has taken over, or the table does not answer */
  end(state: EndState, code?: string): Promise<void>;
}

/** `givenUp`: for the dead-letter queue, from where a person may send it again. `continued`: it got further, and goes on from there. */
export type EndState = 'done' | 'failed' | 'givenUp' | 'continued';

export type Beginning = Begun | { readonly outcome: 'done' } | { readonly outcome: 'busy'; readonly until: number };

export interface Dedupe {
  /** @throws NightporterError `EVENT_NOT_RECORDED` when the table does not answer: then nothing may be done */
  begin(request: BeginRequest): Promise<Beginning>;
  /** Somebody began it and came to no end, in time or at all. */
  hasDied(event: Pick<BeginRequest, 'webhook' | 'eventId'>): Promise<boolean>;
  /** Opens the connection to the table. */
  warm(signal: AbortSignal): Promise<void>;
}

/** One record for each event; every write has a condition. */
export function dedupeIn(client: DynamoDBClient, table: string, now: () => number = Date.now): Dedupe {
  return {
    async begin(request) {
      const at = now();
      try {
        const attributes = await take(client, table, request, at);
        const attempt = Number(attributes.attempt?.N);
        const end: Begun['end'] = (state, code) => finish(client, table, { ...request, attempt, state, code, at: now() });
        const isAfterDeath = attributes.stateBefore?.S === 'running';
        return { outcome: 'begun', attempt, firstAt: Number(attributes.firstAt?.N), isAfterDeath, end };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw unrecorded(error);
        const item = error.Item ?? {};
        return item.state?.S === 'done' ? { outcome: 'done' } : { outcome: 'busy', until: Number(item.leaseUntil?.N ?? at) };
      }
    },
    async hasDied(event) {
      const get = new GetItemCommand({ TableName: table, Key: keyOf(event), ConsistentRead: true });
      const { Item = {} } = await client.send(get).catch((error) => Promise.reject(unrecorded(error)));
      return Item.state?.S === 'running' && Number(Item.leaseUntil?.N) < now();
    },
    async warm(signal) {
      const none = { webhook: 'none', eventId: 'none' };
      // Its condition fails, so that nothing is written; what is opened is the connection.
      const never = new UpdateItemCommand({ TableName: table, Key: keyOf(none), ConditionExpression: 'attribute_exists(pk)' });
      await client.send(never, { abortSignal: signal });
    },
  };
}

/** Also what `nightporter deliveries` looks events up by. */
export function keyOf({ webhook, eventId }: Pick<BeginRequest, 'webhook' | 'eventId'>): { readonly pk: AttributeValue.SMember } {
  return { pk: { S: `${webhook}#${eventId}` } as AttributeValue.SMember };
}

async function take(client: DynamoDBClient, table: string, request: BeginRequest, now: number) {
  const { Attributes = {} } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyOf(request),
      // Only a live lease or finished work stands in the way; not our own lease, where AWS's answer was lost and the SDK asks again.
      ConditionExpression:
        'attribute_not_exists(pk) OR #state IN (:failed, :givenUp, :continued) OR (#state = :running AND (leaseUntil < :now OR #owner = :owner))',
      UpdateExpression: `SET stateBefore = if_not_exists(#state, :none), #state = :running, #owner = :owner, leaseUntil = :lease, firstAt = ${
        request.isFirstReceipt ? ':now' : 'if_not_exists(firstAt, :now)'
      }, expiresAt = :expires ADD attempt :one`,
      ExpressionAttributeNames: { '#state': 'state', '#owner': 'owner' },
      ExpressionAttributeValues: {
        ':owner': { S: randomUUID() },
        ':failed': { S: 'failed' },
        ':givenUp': { S: 'givenUp' },
        ':continued': { S: 'continued' },
        ':none': { S: 'none' },
        ':running': { S: 'running' },
        ':now': { N: String(now) },
        ':lease': { N: String(now + request.leaseMs) },
        ':expires': { N: String(Math.floor(now / 1000) + recordSeconds) },
        ':one': { N: '1' },
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
  );
  return Attributes;
}

interface End extends Pick<BeginRequest, 'webhook' | 'eventId'> {
  readonly attempt: number;
  readonly state: EndState;
  readonly code: string | undefined;
  readonly at: number;
}

/** Fenced by the attempt: one who was overtaken can't overwrite the record of who took over. */
async function finish(client: DynamoDBClient, table: string, { attempt, state, code, at, ...event }: End): Promise<void> {
  const reason = code === undefined ? {} : { ':code': { S: code } };
  const isCountedAnew = state === 'givenUp' || state === 'continued';
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(event),
        ConditionExpression: 'attempt = :attempt AND #state = :running',
        UpdateExpression: `SET #state = :state, endedAt = :at${code === undefined ? '' : ', code = :code'}${isCountedAnew ? ' REMOVE firstAt' : ''}`,
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':attempt': { N: String(attempt) },
          ':running': { S: 'running' },
          ':state': { S: state },
          ':at': { N: String(at) },
          ...reason,
        },
      }),
    );
  } catch (error) {
    throw unrecorded(error);
  }
}

function unrecorded(cause: unknown): NightporterError {
  const sentence =
    'Check the events table and the grant on it: what became of this event could not be written down, so it will come again.';
  return new NightporterError('EVENT_NOT_RECORDED', sentence, { cause });
}
