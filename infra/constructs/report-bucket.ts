import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, type LifecycleRule } from 'aws-cdk-lib/aws-s3';
import { S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY } from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';

export interface ReportBucketProps {
  readonly key: IKey;
  readonly reportRetentionDays: number;
}

/** Days. Rosters say who is looked at: they are needed while a run can still be repeated. */
const rosterDays = 7;

/** What was changed, on whose word, and copies of records: as long as commercial records are usually kept. */
const sevenYears = Duration.days(2557);

function lifecycleRules(reports: Duration): readonly LifecycleRule[] {
  return [
    // Where two rules speak of a version, S3 follows the one that ends sooner.
    { prefix: 'rosters/', expiration: Duration.days(rosterDays), noncurrentVersionExpiration: Duration.days(1) },
    { prefix: 'reports/', expiration: reports },
    ...['archive/', 'ledger/', 'plans/'].map((prefix) => ({ prefix, expiration: sevenYears })),
    // A report that a failed run did not publish is an upload that was never completed.
    {
      abortIncompleteMultipartUploadAfter: Duration.days(1),
      noncurrentVersionExpiration: Duration.days(30),
      expiredObjectDeleteMarker: true,
    },
  ];
}

/** Reports, and beside them the log of who read them. */
export class ReportBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, { key, reportRetentionDays }: ReportBucketProps) {
    super(scope, id);
    // In an app without this flag, the log of who read reports would be written by way of an access control list.
    this.node.setContext(S3_SERVER_ACCESS_LOGS_USE_BUCKET_POLICY, true);
    const kept = Duration.days(reportRetentionDays);
    const accessLogs = new Bucket(this, 'AccessLogs', {
      // S3 can't deliver access logs to a bucket that is encrypted with a customer's key.
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      lifecycleRules: [{ expiration: kept }],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      versioned: true,
      serverAccessLogsBucket: accessLogs as IBucket,
      lifecycleRules: [...lifecycleRules(kept)],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
  }
}
