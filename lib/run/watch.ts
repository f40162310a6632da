import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { MissingRun } from '../declare/capability.ts';
import { dueKey } from './due-key.ts';
import { type DueTime, lastDueTime, type WatchedSchedule } from './due-time.ts';
import { type HasEnded, hasLapsed } from './execution-end.ts';

/** After its due time a run may wait for the flexible window and an hour of Scheduler's retries; five minutes more are ours. */
const graceMinutes = 65;

export interface WatchParts {
  readonly client: DynamoDBClient;
  readonly table: string;
  /** Asked of the executions of runs that claim to be going on. */
  readonly hasEnded: HasEnded;
}

/**
 * The due times that nobody has claimed, or whose run was lost on its way. CloudWatch can't say "no run since yesterday": its alarms look back a day at most.
 * A schedule counts from the first time that it was seen here, so that a new or changed one is not missed before it was due.
 */
export async function missingRuns(parts: WatchParts, schedules: readonly WatchedSchedule[], now: Date): Promise<readonly MissingRun[]> {
  const missing: MissingRun[] = [];
  for (const schedule of schedules) {
    const settled = new Date(now.getTime() - (schedule.windowMinutes + graceMinutes) * 60_000);
    // Before it was ever due, too.
    const since = await firstSeen(parts, schedule, now);
    const due = lastDueTime(schedule, settled);
    if (!due || due.from.getTime() < since) continue;
    const why = await whyMissing(parts, schedule.job, due, now);
    if (why) missing.push({ job: schedule.job, dueTime: due.to, why });
  }
  return missing;
}

/** What is said of a due time that was not seen to; undefined of one that is done, has failed with a word, or is under way. */
async function whyMissing(
  { client, table, hasEnded }: WatchParts,
  job: string,
  due: DueTime,
  now: Date,
): Promise<MissingRun['why'] | undefined> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName: table,
      // Manual runs have keys that start with a letter: they are never between two times.
      KeyConditionExpression: 'pk = :job AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':job': { S: `job#${job}` },
        ':from': { S: dueKey(due.from) },
        ':to': { S: dueKey(due.to) },
      },
      ConsistentRead: true,
      ProjectionExpression: '#state, leaseUntil, execution',
      ExpressionAttributeNames: { '#state': 'state' },
    }),
  );
  if (Items.length === 0) return 'unclaimed';
  const isLost = async (claim: (typeof Items)[number]): Promise<boolean> =>
    claim.state?.S === 'running' && hasLapsed(claim, now.getTime(), hasEnded);
  return (await Promise.all(Items.map(isLost))).every(Boolean) ? 'lapsed' : undefined;
}

/** When this very schedule was first looked at, in ms since the epoch. */
async function firstSeen({ client, table }: WatchParts, { job, expression, timeZone }: WatchedSchedule, now: Date): Promise<number> {
  const key = {
    pk: { S: 'watch' },
    sk: { S: `${job} ${expression} ${timeZone}` },
  };
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
  if (Item) return Number(Item.since?.N);
  await client
    .send(
      new PutItemCommand({
        TableName: table,
        Item: { ...key, since: { N: String(now.getTime()) } },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
    )
    .catch((error) => {
      // Another watch wrote it a moment ago: as good as ours.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    });
  return now.getTime();
}
