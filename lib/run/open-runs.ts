import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { type Claims, claimsIn } from './claim.ts';
import { type Caller, type SharedPause, sharedPauseIn } from './shared-pause.ts';

/** What a plain job keeps in its stage's table of runs. */
export interface Runs {
  readonly claims: Claims;
  readonly pause: SharedPause;
}

/** A file of its own, so that a function without a table never loads the client. */
export function openRuns(table: string, caller: Caller): Runs {
  const client = new DynamoDBClient({ ...awsClientOptions() });
  return { claims: claimsIn(client, table), pause: sharedPauseIn({ client, table, ...caller }) };
}
