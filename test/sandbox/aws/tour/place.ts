import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { Duration, SecretValue, type Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { AccountRootPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { asOperator, type ClientSettings } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

/** One of everything, and a client of each service. */
export interface Place {
  readonly aws: Aws;
  readonly settings: ClientSettings;
  readonly outputs: Readonly<Record<string, string>>;
  readonly cloudformation: CloudFormationClient;
  readonly dynamodb: DynamoDBClient;
  readonly kms: KMSClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly scheduler: SchedulerClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly ssm: SSMClient;
  readonly sts: STSClient;
}

/** Tells how to go on with its execution, for somebody else to do that. */
const durable = `exports.handler = async (event) => {
  console.log(JSON.stringify({ arn: event.DurableExecutionArn, token: event.CheckpointToken }));
  await new Promise((resolve) => setTimeout(resolve, 2000));
  return { Status: 'SUCCEEDED', Result: '1' };
};`;

function build(stack: Stack): void {
  stack.terminationProtection = true;
  const outputs: Record<string, string> = {};
  const common = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler' };
  const target = new LambdaFunction(stack, 'Target', {
    ...common,
    code: Code.fromInline("exports.handler = async () => console.log('a line');"),
  });
  target.addAlias('live');
  outputs.function = target.functionName;
  const free = new LambdaFunction(stack, 'Free', { ...common, code: Code.fromInline('exports.handler = async () => 1;') });
  // A version that no alias points to.
  outputs.freeVersion = free.currentVersion.version;
  outputs.free = free.functionName;
  const waiting = new LambdaFunction(stack, 'Waiting', {
    ...common,
    code: Code.fromInline(durable),
    durableConfig: { executionTimeout: Duration.minutes(5), retentionPeriod: Duration.days(1) },
    timeout: Duration.seconds(30),
  });
  waiting.addAlias('live');
  outputs.durable = waiting.functionName;
  const schedule = ScheduleExpression.rate(Duration.days(1));
  outputs.schedule = new Schedule(stack, 'Schedule', { schedule, target: new LambdaInvoke(target) }).scheduleName;
  outputs.bucket = new Bucket(stack, 'Bucket', { versioned: true, lifecycleRules: [{ expiration: Duration.days(1) }] }).bucketName;
  outputs.bare = new Bucket(stack, 'Bare').bucketName;
  outputs.table = new Table(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }).tableName;
  outputs.secret = new Secret(stack, 'Secret', { secretStringValue: SecretValue.unsafePlainText('hidden') }).secretArn;
  outputs.key = new Key(stack, 'Key').keyId;
  const queue = new Queue(stack, 'Letters');
  outputs.letters = queue.queueUrl;
  outputs.lettersArn = queue.queueArn;
  outputs.queue = new Queue(stack, 'Queue', { deadLetterQueue: { queue, maxReceiveCount: 1 } }).queueUrl;
  outputs.topic = new Topic(stack, 'Topic').topicArn;
  const role = new Role(stack, 'Role', { assumedBy: new AccountRootPrincipal() });
  outputs.role = role.roleArn;
  outputs.roleName = role.roleName;
  for (const [name, value] of Object.entries(outputs)) output(stack, name, value);
}

export async function openPlace(): Promise<Place> {
  const aws = await startAws({ assembly: synthesiseStack(build) });
  await aws.deploy();
  const settings = asOperator(aws);
  return {
    aws,
    settings,
    outputs: aws.outputs('Test'),
    cloudformation: new CloudFormationClient(settings),
    dynamodb: new DynamoDBClient(settings),
    kms: new KMSClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    scheduler: new SchedulerClient(settings),
    secrets: new SecretsManagerClient(settings),
    sns: new SNSClient(settings),
    sqs: new SQSClient(settings),
    ssm: new SSMClient(settings),
    sts: new STSClient(settings),
  };
}
