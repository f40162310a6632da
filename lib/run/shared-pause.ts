import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';

/** One of those who call as the service account of a Box app. */
export interface Caller {
  /** Tells Box apps apart: each has a service account of its own. */
  readonly app: string;
  /** The job's or webhook's name. */
  readonly name: string;
}

/** What all who call as the service account are to keep to. */
export interface Shares {
  /** Nobody calls before that, in ms since the epoch. */
  readonly pauseUntil: number;
  /** How many share the limit: those who were held together lately; 1 where nobody else was. */
  readonly callers: number;
}

/** What Box has asked of the app's service account, told to all who share its limit. */
export interface SharedPause {
  /** Box has said 429 with such a `Retry-After`; a longer pause stands. Never throws: whoever does not hear of it will be told by Box. */
  tell(untilMs: number): Promise<void>;
  /**
   * What was told by others. Never rejects: where the table does not say, many are taken to call.
   * @returns undefined, at once, when it was asked less than five seconds ago
   */
  look(signal?: AbortSignal): Promise<Shares> | undefined;
}

export interface SharedPauseOptions extends Caller {
  readonly client: DynamoDBClient;
  /** The table of runs. */
  readonly table: string;
  readonly now?: () => number;
}

const freshMs = 5_000;

/** Where the table does not say who shares the limit: hardly ever do as many of one app call at the same time. */
const callersUnknown = 10;

/** For so long after a pause those who were held by it share the limit: they are likely to go on side by side. */
const togetherMs = 300_000;

/**
 * One item for each caller that was held: until when. Whoever meets somebody else's pause adds its own, so that all who are there know how
 * many they are when it ends, and call no more than Box allows them together. Who is alone has the whole limit.
 */
export function sharedPauseIn({ client, table, app, name, now = Date.now }: SharedPauseOptions): SharedPause {
  const pk = { S: `limits#${app}` };
  let lookedAt = Number.NEGATIVE_INFINITY;
  const tell = async (untilMs: number): Promise<void> => {
    const command = new PutItemCommand({
      TableName: table,
      Item: { pk, sk: { S: name }, pauseUntil: { N: String(untilMs) }, expiresAt: { N: String(Math.ceil(untilMs / 1000) + 3_600) } },
      ConditionExpression: 'attribute_not_exists(pk) OR pauseUntil < :until',
      ExpressionAttributeValues: { ':until': { N: String(untilMs) } },
    });
    await client.send(command).catch(() => undefined);
  };
  const ask = async (abortSignal: AbortSignal | undefined): Promise<Shares> => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
      }),
      abortSignal && { abortSignal },
    );
    const held = new Map(Items.map(({ sk, pauseUntil }) => [sk?.S, Number(pauseUntil?.N ?? 0)]));
    const pauseUntil = Math.max(0, ...held.values());
    if (pauseUntil + togetherMs < now()) return { pauseUntil, callers: 1 };
    if ((held.get(name) ?? 0) < pauseUntil) await tell(pauseUntil);
    held.set(name, pauseUntil);
    return { pauseUntil, callers: [...held.values()].filter((until) => until + togetherMs >= now()).length };
  };
  return {
    tell,
    look(signal) {
      if (Math.abs(now() - lookedAt) < freshMs) return undefined;
      lookedAt = now();
      return ask(signal).catch(() => ({ pauseUntil: 0, callers: callersUnknown }));
    },
  };
}
