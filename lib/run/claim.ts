import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { RunCounts } from '../declare/job-context.ts';
import { NightporterError } from '../errors.ts';
import { type ClaimRequest, keyOf, takeClaim } from './take-claim.ts';

/** A due time that this run, and no other, works on. */
export interface Claim {
  /** 1, or more where earlier attempts failed or lapsed. */
  readonly attempt: number;
  done(counts: RunCounts): Promise<void>;
  failed(code: string): Promise<void>;
}

export interface Claims {
  /** `undefined` when another run holds the claim or has done the work: this one is a duplicate. */
  claim(request: ClaimRequest): Promise<Claim | undefined>;
  /** Opens the connection to the table. */
  warm(signal: AbortSignal): Promise<void>;
}

/** Claims and run records in one item per due time; every write is conditional. */
export function claimsIn(client: DynamoDBClient, table: string, now: () => number = Date.now): Claims {
  return {
    async warm(signal) {
      await client.send(
        new GetItemCommand({
          TableName: table,
          Key: keyOf({ job: 'none', due: 'none' }),
        }),
        { abortSignal: signal },
      );
    },
    async claim(request) {
      const attempt = await takeClaim(client, table, request, now());
      if (attempt === undefined) return undefined;
      const end = (state: 'done' | 'failed', fields: EndFields): Promise<void> =>
        finish(client, table, {
          ...request,
          attempt,
          state,
          now: now(),
          fields,
        });
      return {
        attempt,
        done: (counts) => end('done', { counts }),
        failed: (code) => end('failed', { code }),
      };
    },
  };
}

interface EndFields {
  readonly counts?: RunCounts;
  readonly code?: string;
}

interface End extends Pick<ClaimRequest, 'job' | 'due' | 'runId'> {
  readonly attempt: number;
  readonly state: 'done' | 'failed';
  readonly now: number;
  readonly fields: EndFields;
}

/** Fenced by run and attempt: one who lost the claim meanwhile can't overwrite the record of the one who took it. */
export async function finish(client: DynamoDBClient, table: string, { runId, attempt, state, now, fields, ...due }: End): Promise<void> {
  const { counts = {}, code } = fields;
  try {
    await client.send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyOf(due),
        // A step that is done again finds what it wrote the first time.
        ConditionExpression: 'run = :run AND attempt = :attempt AND #state IN (:running, :state)',
        UpdateExpression: `SET #state = :state, endedAt = :now, #counts = :counts${code ? ', code = :code' : ''}`,
        ExpressionAttributeNames: { '#state': 'state', '#counts': 'counts' },
        ExpressionAttributeValues: {
          ':run': { S: runId },
          ':attempt': { N: String(attempt) },
          ':running': { S: 'running' },
          ':state': { S: state },
          ':now': { N: String(now) },
          ':counts': {
            M: Object.fromEntries(Object.entries(counts).map(([name, value]) => [name, { N: String(value) }])),
          },
          ...(code && { ':code': { S: code } }),
        },
      }),
    );
  } catch (error) {
    throw new NightporterError(
      'RUN_NOT_CLAIMED',
      'Look at the run record: another run took this claim over, or the runs table could not be written.',
      {
        cause: error,
      },
    );
  }
}
