import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { type Grantable, listBelow, useKey } from './capability-grant.ts';

/** The two functions of a durable job: one starts shards, the others are started. */
export type DurableHalf = 'coordinator' | 'shard';

/** What a job may do with the table of runs: a shard claims nothing, and both sum up what others have written. */
export function tableActions(half: DurableHalf | undefined): readonly string[] {
  if (half === undefined) return ['dynamodb:GetItem', 'dynamodb:UpdateItem'];
  const common = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'];
  return half === 'shard' ? common : [...common, 'dynamodb:UpdateItem'];
}

/** Where a durable job lays down what it needs on the way, and what remains of it. */
export function durableGrants(scope: Construct, half: DurableHalf, { job, reports, dataKey }: Grantable): readonly PolicyStatement[] {
  const below = (prefix: string) => reports.arnForObjects(`${prefix}/${job}/*`);
  return [
    new PolicyStatement({ actions: ['s3:GetObject', 's3:PutObject'], resources: [below('rosters')] }),
    ...(half === 'shard' ? [new PolicyStatement({ actions: ['s3:PutObject'], resources: [below('ledger')] })] : []),
    useKey(scope, dataKey, 's3', ['kms:GenerateDataKey', 'kms:Decrypt']),
  ];
}

/** What the shards of a job that changes things have besides: they apply its plan, and keep the book of its actions. */
export function applyingGrants({ job, reports }: Grantable): readonly PolicyStatement[] {
  return [new PolicyStatement({ actions: ['s3:GetObjectVersion'], resources: [reports.arnForObjects(`plans/${job}/*`)] })];
}

/** What its coordinator has besides: its plans by version, the decisions on them, and the book of its actions. */
export function changingGrants({ job, reports }: Grantable, decisions: ITable): readonly PolicyStatement[] {
  const below = (prefix: string) => reports.arnForObjects(`${prefix}/${job}/*`);
  return [
    new PolicyStatement({ actions: ['s3:PutObject', 's3:GetObjectVersion'], resources: [below('plans')] }),
    new PolicyStatement({ actions: ['s3:PutObject', 's3:GetObject'], resources: [below('ledger')] }),
    // What a shard that is gone has written is found by looking.
    listBelow(reports, `ledger/${job}`),
    // To read: a job that could write a decision would need nobody's.
    new PolicyStatement({ actions: ['dynamodb:GetItem'], resources: [decisions.tableArn] }),
  ];
}
