import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { type SharedTier, sharedTierIn } from '../token/shared-tier.ts';
import { tokenCipher } from '../token/token-cipher.ts';
import type { TokenObserver } from '../token/token-event.ts';

export interface SharedTierPlace {
  readonly table: string;
  readonly keyArn: string;
  /** Tells Box apps apart within the table, and in the key's grant: the ARN of the app's secret. */
  readonly scope: string;
}

/** A file of its own, so that a function without a shared tier never loads its clients. */
export function openSharedTier({ table, keyArn, scope }: SharedTierPlace, apiUrl: string, observe: TokenObserver): SharedTier {
  // The tier gives up after a second anyway; the SDK's own retries would only use that second up.
  const options = { ...awsClientOptions(), maxAttempts: 1 };
  const cipher = tokenCipher(new KMSClient(options), keyArn, { table, scope });
  const owner = process.env.AWS_LAMBDA_LOG_STREAM_NAME ?? 'container';
  return sharedTierIn({ client: new DynamoDBClient(options), table, scope: `${scope} ${apiUrl}`, cipher, observe, owner });
}
