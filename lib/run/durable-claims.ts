import { type AttributeValue, ConditionalCheckFailedException, type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { RunCounts } from '../declare/job-context.ts';
import { NightporterError } from '../errors.ts';
import { finish } from './claim.ts';
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

export function durableClaimsIn(client: DynamoDBClient, table: string, now: () => number = Date.now): DurableClaims {
  return {
    // A step that is done again after a crash must not take itself for a duplicate.
    take: async (request) => (await takeClaim(client, table, request, now())) ?? heldAttempt(client, table, request),
    held: (claim) => ({
      done: (counts) => finish(client, table, { ...claim, state: 'done', now: now(), fields: { counts } }),
      failed: (code) => finish(client, table, { ...claim, state: 'failed', now: now(), fields: { code } }),
      note: (fields) => note(client, table, claim, fields),
    }),
  };
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
