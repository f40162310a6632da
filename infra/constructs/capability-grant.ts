import { Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { Capability } from 'nightporter';

/** What a capability can be granted on. */
export interface Grantable {
  /** Job id: a job writes below its own prefix only. */
  readonly job: string;
  readonly reports: Bucket;
  readonly runs: Table;
  readonly dataKey: IKey;
  readonly alarms: ITopic;
  /** Of the topic of alarms. */
  readonly alarmKey: IKey;
}

type Grant = (scope: Construct, resources: Grantable) => readonly PolicyStatement[];

/** Each capability is exactly one grant; a capability without an entry here does not compile. */
export const capabilityGrants = {
  'archive:write': (scope, { job, reports, runs, dataKey }) => [
    new PolicyStatement({
      actions: ['s3:AbortMultipartUpload', 's3:ListMultipartUploadParts', 's3:PutObject'],
      resources: [reports.arnForObjects(archivePrefix(job))],
    }),
    useKey(scope, dataKey, 's3', ['kms:GenerateDataKey', 'kms:Decrypt']),
    // How far it has got.
    new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [runs.tableArn] }),
    useKey(scope, dataKey, 'dynamodb', ['kms:Decrypt']),
  ],
  'reports:write': (scope, { job, reports, dataKey }) => [
    new PolicyStatement({ actions: ['s3:PutObject', 's3:AbortMultipartUpload'], resources: [reports.arnForObjects(reportPrefix(job))] }),
    // S3 decrypts the data key again when it puts the parts of a multipart upload together.
    useKey(scope, dataKey, 's3', ['kms:GenerateDataKey', 'kms:Decrypt']),
  ],
  // Reads Box with the job's own tokens.
  'content:walk': () => [],
  'notify:send': (scope, { runs, dataKey, alarms, alarmKey }) => [
    new PolicyStatement({ actions: ['sns:Publish'], resources: [alarms.topicArn] }),
    useKey(scope, alarmKey, 'sns', ['kms:GenerateDataKey', 'kms:Decrypt']),
    // Which messages were sent.
    new PolicyStatement({ actions: ['dynamodb:GetItem', 'dynamodb:PutItem'], resources: [runs.tableArn] }),
    useKey(scope, dataKey, 'dynamodb', ['kms:Decrypt']),
  ],
  // Mints through the same secret that the job's own tokens come from.
  'grant:fresh': () => [],
  // When a schedule was first seen.
  'runs:watch': (_scope, { runs }) => [
    new PolicyStatement({ actions: ['dynamodb:PutItem', 'dynamodb:Query'], resources: [runs.tableArn] }),
  ],
  // Writes down what it wants and has made, and sends what was missed to the handlers' queues; those are named where the webhooks are.
  'webhooks:reconcile': (_scope, { runs }) => [
    new PolicyStatement({ actions: ['dynamodb:PutItem', 'dynamodb:Query'], resources: [runs.tableArn] }),
  ],
} satisfies Record<Capability, Grant>;

/** To find what stands below a prefix of the report bucket. */
export function listBelow(reports: Bucket, prefix: string): PolicyStatement {
  return new PolicyStatement({
    actions: ['s3:ListBucket'],
    resources: [reports.bucketArn],
    conditions: { StringLike: { 's3:prefix': [`${prefix}/*`] } },
  });
}

export function archivePrefix(job: string): string {
  return `archive/${job}/*`;
}

export function reportPrefix(job: string): string {
  return `reports/${job}/*`;
}

export function findingsPrefix(job: string): string {
  return `reports/${job}/findings/*`;
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
