import { ConditionalCheckFailedException, type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { NightporterError } from '../errors.ts';

/** How long a run's record is kept. */
const recordDays = 400;

export interface ClaimRequest {
  readonly job: string;
  /** What is claimed: the due time in ISO 8601, or `manual#<id>`. */
  readonly due: string;
  readonly runId: string;
  /** After this long without an end the claim has lapsed: the function's own time limit. */
  readonly leaseMs: number;
  /** ARN of who started this attempt, `scheduler`, or `unknown`. */
  readonly startedBy: string;
  /** ARN of a durable run's execution: Lambda may end it without the run's knowing. */
  readonly execution?: string | undefined;
}

export const keyOf = ({ job, due }: Pick<ClaimRequest, 'job' | 'due'>) => ({
  pk: { S: `job#${job}` },
  sk: { S: due },
});

/**
 * @param ended id of a run that can't write its end any more: its claim is taken over
 * @returns the attempt; undefined when another run holds the claim or has done the work
 * @throws NightporterError `RUN_NOT_CLAIMED` when the table does not say
 */
export async function takeClaim(
  client: DynamoDBClient,
  table: string,
  request: ClaimRequest,
  now: number,
  ended?: string,
): Promise<number | undefined> {
  try {
    return await take(client, table, request, now, ended).catch((error) => {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      // What stands in the way may be what this very request wrote, before its answer was lost and the client sent it again.
      return (error.$metadata.attempts ?? 1) > 1 ? heldAttempt(client, table, request, now) : undefined;
    });
  } catch (error) {
    throw new NightporterError(
      'RUN_NOT_CLAIMED',
      'Check the runs table and the grant on it: this run could not be claimed, so nothing was done.',
      {
        cause: error,
      },
    );
  }
}

async function take(client: DynamoDBClient, table: string, request: ClaimRequest, now: number, ended?: string): Promise<number> {
  const { execution } = request;
  const isFree = 'attribute_not_exists(pk) OR #state = :failed OR (#state = :running AND leaseUntil < :now)';
  const claimed = 'SET #state = :running, run = :run, leaseUntil = :lease, startedAt = :now, startedBy = :by, expiresAt = :expires';
  const { Attributes } = await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyOf(request),
      // Only a live lease or finished work stands in the way; a failed or lapsed attempt is taken over.
      ConditionExpression: ended === undefined ? isFree : `${isFree} OR (#state = :running AND run = :ended)`,
      UpdateExpression: `${claimed}${execution === undefined ? '' : ', execution = :execution'} REMOVE endedAt, code ADD attempt :one`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':failed': { S: 'failed' },
        ':running': { S: 'running' },
        ':run': { S: request.runId },
        ':now': { N: String(now) },
        ':lease': { N: String(now + request.leaseMs) },
        ':expires': {
          N: String(Math.floor(now / 1000) + recordDays * 86_400),
        },
        ':by': { S: request.startedBy },
        ':one': { N: '1' },
        ...(execution !== undefined && { ':execution': { S: execution } }),
        ...(ended !== undefined && { ':ended': { S: ended } }),
      },
      ReturnValues: 'ALL_NEW',
    }),
  );
  return Number(Attributes?.attempt?.N);
}

/**
 * The attempt as which this run holds the claim already.
 * @param startedAt when it was claimed, in ms since the epoch: Lambda may deliver one event twice under the same id. Left out: whenever.
 */
export async function heldAttempt(
  client: DynamoDBClient,
  table: string,
  request: ClaimRequest,
  startedAt?: number,
): Promise<number | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(request), ConsistentRead: true }));
  const isHeld = Item?.run?.S === request.runId && Item.state?.S === 'running';
  return isHeld && (startedAt === undefined || Item.startedAt?.N === String(startedAt)) ? Number(Item.attempt?.N) : undefined;
}
