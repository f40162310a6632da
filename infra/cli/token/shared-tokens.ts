import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** An item of the shared tier; its ciphertext is not even read. */
export interface SharedToken {
  readonly subject: string;
  readonly fingerprint: string | undefined;
  readonly obtainedAt: string | undefined;
  readonly expiresAt: string | undefined;
  /** Until when a container may be getting the next one. */
  readonly leaseUntil: string | undefined;
}

export async function sharedTokens({ aws }: Pick<Cli, 'aws'>, tableName: string): Promise<readonly SharedToken[]> {
  const command = new ScanCommand({ TableName: tableName, ProjectionExpression: 'pk, fingerprint, tokenExpiresAt, lifeMs, leaseUntil' });
  const { Items = [] } = await askAws('dynamodb:Scan', new DynamoDBClient(aws).send(command));
  return Items.map(sharedToken);
}

/** The key ends with the subject; before it stand app and Box. */
function sharedToken({ pk, fingerprint, tokenExpiresAt, lifeMs, leaseUntil }: Readonly<Record<string, AttributeValue>>): SharedToken {
  const expiresAt = number(tokenExpiresAt);
  const life = number(lifeMs);
  return {
    subject: pk?.S?.split(' ').at(-1) ?? '',
    fingerprint: fingerprint?.S,
    obtainedAt: expiresAt !== undefined && life !== undefined ? time(expiresAt - life) : undefined,
    expiresAt: time(expiresAt),
    leaseUntil: time(number(leaseUntil)),
  };
}

function number(value: AttributeValue | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}

function time(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
