import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { type Dedupe, dedupeIn } from './dedupe.ts';

/** The events table of this stage's webhooks. */
export function openDedupe(table: string): Dedupe {
  return dedupeIn(new DynamoDBClient({ ...awsClientOptions() }), table);
}
