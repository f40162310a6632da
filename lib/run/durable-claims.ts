import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { RunCounts } from '../declare/job-context.ts';
import { NightporterError } from '../errors.ts';
import { finish } from './claim.ts';
import type { HasEnded } from './execution-end.ts';
import { type ClaimRequest, heldAttempt, keyOf, takeClaim } from './take-claim.ts';

/** A claim as a run knows it that outlives its process. */
export interface HeldClaim extends Pick<ClaimRequest, 'job' | 'due' | 'runId'> {
  readonly attempt: number;
}

/** Numbers, numbers by name, and keys. */
export type RunNotes = Readonly<Record<string, number | string | RunCounts>>;

/** Claims for runs whose steps may be done again: every write says the same the second time. */
export interface DurableClaims {
  /** @returns the attempt; undefined when another run holds the claim or has done the work */
  take(request: ClaimRequest): Promise<number | undefined>;
  held(claim: HeldClaim): {
    done(counts: RunCounts): Promise<void>;
    failed(code: string): Promise<void>;
    /** Writes down how far the run is, beside the claim. */
    note(fields: RunNotes): Promise<void>;
  };
}

/** @param hasEnded asked only of the execution that holds a claim which somebody else wants */
export function durableClaimsIn(client: DynamoDBClient, table: string, hasEnded: HasEnded, now: () => number = Date.now): DurableClaims {
  return {
    async take(request) {
      // A step that is done again after a crash must not take itself for a duplicate.
      const attempt = (await takeClaim(client, table, request, now())) ?? (await heldAttempt(client, table, request));
      if (attempt !== undefined) return attempt;
      const ended = await endedHolder(client, table, request, hasEnded);
      return ended === undefined ? undefined : takeClaim(client, table, request, now(), ended);
    },
    held: (claim) => ({
      done: (counts) => finish(client, table, { ...claim, state: 'done', now: now(), fields: { counts } }),
      failed: (code) => finish(client, table, { ...claim, state: 'failed', now: now(), fields: { code } }),
      note: (fields) => note(client, table, claim, fields),
    }),
  };
}

/** Id of the run that claims to be going on, while its execution was stopped, or met a limit of Lambda's. */
async function endedHolder(client: DynamoDBClient, table: string, request: ClaimRequest, hasEnded: HasEnded): Promise<string | undefined> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyOf(request), ConsistentRead: true }));
  const execution = Item?.state?.S === 'running' ? Item.execution?.S : undefined;
  return execution !== undefined && (await hasEnded(execution)) ? Item?.run?.S : undefined;
}

async function note(client: DynamoDBClient, table: string, claim: HeldClaim, fields: RunNotes): Promise<void> {
  const entries = Object.entries(fields);
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyOf(claim),
    ConditionExpression: 'run = :run AND attempt = :attempt',
    UpdateExpression: `SET ${entries.map((_, index) => `#f${index} = :f${index}`).join(', ')}`,
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name], index) => [`#f${index}`, name])),
    ExpressionAttributeValues: {
      ':run': { S: claim.runId },
      ':attempt': { N: String(claim.attempt) },
      ...Object.fromEntries(entries.map(([, value], index) => [`:f${index}`, attribute(value)])),
    },
  });
  await client.send(command).catch((error) => {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    throw new NightporterError('RUN_NOT_CLAIMED', 'Look at the run record: another run took this claim over.', { cause: error });
  });
}

function attribute(value: number | string | RunCounts): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  return { M: Object.fromEntries(Object.entries(value).map(([name, number]) => [name, { N: String(number) }])) };
}
