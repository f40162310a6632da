import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { type Claims, claimsIn } from './claim.ts';

/** Claims in this stage's table; a file of its own, so that a function without claims never loads the client. */
export function openClaims(table: string): Claims {
  return claimsIn(new DynamoDBClient({ ...awsClientOptions() }), table);
}
