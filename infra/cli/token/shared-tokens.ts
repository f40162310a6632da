import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Cli } from '../cli.ts';
import type { DeployedApp } from '../deployment.ts';
import { itemsOf } from '../items-of.ts';

/** An item of the shared tier; its ciphertext is not even read. */
export interface SharedToken {
  /** `undefined` for an item of no app that is deployed. */
  readonly app: string | undefined;
  readonly subject: string;
  readonly fingerprint: string | undefined;
  readonly obtainedAt: string | undefined;
  readonly expiresAt: string | undefined;
  /** Until when a container may be getting the next one. */
  readonly leaseUntil: string | undefined;
}

export async function sharedTokens(
  { aws }: Pick<Cli, 'aws'>,
  tableName: string,
  apps: readonly Pick<DeployedApp, 'name' | 'secretArn'>[] = [],
): Promise<readonly SharedToken[]> {
  // An operator's policy allows these attributes alone, and only to who says so.
  const some = { Select: 'SPECIFIC_ATTRIBUTES', ProjectionExpression: 'pk, fingerprint, tokenExpiresAt, lifeMs, leaseUntil' } as const;
  const pages = paginateScan({ client: new DynamoDBClient(aws) }, { TableName: tableName, ...some });
  return (await itemsOf('dynamodb:Scan', pages)).map((item) => sharedToken(item, apps));
}

type Item = Record<string, AttributeValue>;

/** `token <the secret's ARN> <Box's address> <subject>` */
function sharedToken(
  { pk, fingerprint, tokenExpiresAt, lifeMs, leaseUntil }: Item,
  apps: readonly Pick<DeployedApp, 'name' | 'secretArn'>[],
): SharedToken {
  const expiresAt = number(tokenExpiresAt);
  const life = number(lifeMs);
  const key = pk?.S ?? '';
  return {
    app: apps.find(({ secretArn }) => key.startsWith(`token ${secretArn} `))?.name,
    subject: key.split(' ').at(-1) ?? '',
    fingerprint: fingerprint?.S,
    obtainedAt: expiresAt !== undefined && life !== undefined ? time(expiresAt - life) : undefined,
    expiresAt: time(expiresAt),
    leaseUntil: time(number(leaseUntil)),
  };
}

function number(value: AttributeValue | undefined): number | undefined {
  return value?.N === undefined ? undefined : Number(value.N);
}

/** Nothing for what is no time: anybody who may write to the table may have written it. */
function time(ms: number | undefined): string | undefined {
  const date = new Date(ms ?? Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}
