import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import type { Capability } from 'nightporter';

/** What a capability can be granted on. */
export interface Grantable {
  /** Job id: a job writes below its own prefix only. */
  readonly job: string;
  readonly reports: Bucket;
  readonly runs: Table;
  readonly dataKey: IKey;
}

type Grant = (scope: Construct, resources: Grantable) => readonly PolicyStatement[];

/** Each capability is exactly one grant; a capability without an entry here does not compile. */
export const capabilityGrants = {
  'reports:write': (scope, { job, reports, dataKey }) => [
    new PolicyStatement({ actions: ['s3:PutObject', 's3:AbortMultipartUpload'], resources: [reports.arnForObjects(reportPrefix(job))] }),
    // S3 decrypts the data key again when it puts the parts of a multipart upload together.
    useKey(scope, dataKey, 's3', ['kms:GenerateDataKey', 'kms:Decrypt']),
  ],
  // Reads Box with the job's own tokens.
  'content:walk': () => [],
  // Mints through the same secret that the job's own tokens come from.
  'grant:fresh': () => [],
  'runs:watch': (_scope, { runs }) => [new PolicyStatement({ actions: ['dynamodb:Query'], resources: [runs.tableArn] })],
} satisfies Record<Capability, Grant>;

export function reportPrefix(job: string): string {
  return `reports/${job}/*`;
}

/** What DynamoDB does with a table's key in the caller's name: docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html */
export const tableKeyActions = [
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:Encrypt',
  'kms:GenerateDataKey',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** A key that may be used through one AWS service only. */
export function useKey(scope: Construct, key: IKey, service: string, actions: readonly string[]): PolicyStatement {
  return new PolicyStatement({
    actions: [...actions],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(scope).region}.amazonaws.com` } },
  });
}
