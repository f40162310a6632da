import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { output, synthesiseStack } from '../../sandbox/aws/fixture/synthesise.ts';
import { type Aws, startAws } from '../../sandbox/aws/index.ts';

/** Where plans, decisions and the ledger are: a bucket with versions and two tables, spoken to as the functions do. */
export interface StageOfPlans extends AsyncDisposable {
  readonly aws: Aws;
  readonly dynamodb: DynamoDBClient;
  readonly s3: S3Client;
  readonly bucket: string;
  readonly runsTable: string;
  readonly decisionsTable: string;
}

export async function stageOfPlans(): Promise<StageOfPlans> {
  const assembly = synthesiseStack((stack) => {
    output(stack, 'bucket', new Bucket(stack, 'Bucket', { versioned: true, removalPolicy: RemovalPolicy.DESTROY }).bucketName);
    for (const id of ['runsTable', 'decisionsTable']) {
      const keys = { partitionKey: { name: 'pk', type: AttributeType.STRING }, sortKey: { name: 'sk', type: AttributeType.STRING } };
      output(stack, id, new Table(stack, `${id}Table`, { ...keys, billingMode: BillingMode.PAY_PER_REQUEST }).tableName);
    }
  });
  const aws = await startAws({ assembly });
  await aws.deploy();
  const options = { ...awsClientOptions(), endpoint: aws.endpoint, region: aws.operator.region, credentials: aws.operator };
  const { bucket = '', runsTable = '', decisionsTable = '' } = aws.outputs('Test');
  return {
    aws,
    dynamodb: new DynamoDBClient(options),
    s3: new S3Client({ ...options, forcePathStyle: true }),
    bucket,
    runsTable,
    decisionsTable,
    [Symbol.asyncDispose]: () => aws.stop(),
  };
}
