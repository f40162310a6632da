import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DescribeSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let outputs: Readonly<Record<string, string>>;

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    output(stack, 'table', new Table(stack, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }).tableName);
    output(stack, 'bucket', new Bucket(stack, 'Bucket').bucketName);
    output(stack, 'queue', new Queue(stack, 'Queue').queueUrl);
    output(stack, 'topic', new Topic(stack, 'Topic').topicArn);
    output(stack, 'secret', new Secret(stack, 'Secret').secretArn);
    output(stack, 'key', new Key(stack, 'Key').keyArn);
  });
  aws = await startAws({ assembly });
  await aws.deploy();
  outputs = aws.outputs('Test');
});
afterEach(() => aws.faults.clear());
afterAll(() => aws.stop());

const calls: Readonly<Record<string, () => Promise<unknown>>> = {
  cloudformation: () => new CloudFormationClient(asOperator(aws)).send(new DescribeStacksCommand({})),
  dynamodb: () => new DynamoDBClient(asOperator(aws)).send(new GetItemCommand({ TableName: outputs.table, Key: { pk: { S: '1' } } })),
  kms: () => new KMSClient(asOperator(aws)).send(new DescribeKeyCommand({ KeyId: outputs.key })),
  s3: () => new S3Client(asOperator(aws)).send(new PutObjectCommand({ Bucket: outputs.bucket, Key: 'a', Body: 'text' })),
  secretsmanager: () => new SecretsManagerClient(asOperator(aws)).send(new DescribeSecretCommand({ SecretId: outputs.secret })),
  sns: () => new SNSClient(asOperator(aws)).send(new PublishCommand({ TopicArn: outputs.topic, Message: 'text' })),
  sqs: () => new SQSClient(asOperator(aws)).send(new SendMessageCommand({ QueueUrl: outputs.queue, MessageBody: 'text' })),
  sts: () => new STSClient(asOperator(aws)).send(new GetCallerIdentityCommand({})),
};

describe.each([
  ['cloudformation', 'Throttling', 'InternalFailure'],
  ['dynamodb', 'ThrottlingException', 'InternalServerError'],
  ['kms', 'ThrottlingException', 'KMSInternalException'],
  ['s3', 'SlowDown', 'InternalError'],
  ['secretsmanager', 'ThrottlingException', 'InternalServiceError'],
  ['sns', 'ThrottledException', 'InternalErrorException'],
  ['sqs', 'RequestThrottled', 'InternalFailure'],
  ['sts', 'Throttling', 'InternalFailure'],
])('%s in trouble', (service, throttled, failed) => {
  const call = () => calls[service]?.();

  test('throttles once, under its own error name', async () => {
    aws.faults.once({ service }, { kind: 'throttle' });
    await expect(call()).rejects.toMatchObject({ name: throttled });
    await call();
  });

  test('fails until the fault is cleared', async () => {
    aws.faults.always({ service }, { kind: 'error' });
    for (let time = 0; time < 2; time++) {
      await expect(call()).rejects.toMatchObject({ name: failed, $metadata: { httpStatusCode: 500 } });
    }
    aws.faults.clear();
    await call();
  });

  test('resets the connection', async () => {
    aws.faults.once({ service }, { kind: 'reset' });
    await expect(call()).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

test('what was applied and whose answer was lost is there', async () => {
  const [dynamodb, s3] = [new DynamoDBClient(asOperator(aws)), new S3Client(asOperator(aws))];
  aws.faults.once({ action: 'dynamodb:PutItem' }, { kind: 'answerLost' });
  aws.faults.once({ action: 's3:PutObject' }, { kind: 'answerLost' });
  const Item = { pk: { S: 'lost' } };
  await expect(dynamodb.send(new PutItemCommand({ TableName: outputs.table, Item }))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await dynamodb.send(new GetItemCommand({ TableName: outputs.table, Key: Item }))).toMatchObject({ Item });
  const object = { Bucket: outputs.bucket, Key: 'lost' };
  await expect(s3.send(new PutObjectCommand({ ...object, Body: 'text' }))).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(await (await s3.send(new GetObjectCommand(object))).Body?.transformToString()).toBe('text');
});

test('a slow answer comes late and a hanging one never, until its caller gives up', async () => {
  aws.faults.once({ service: 'sts' }, { kind: 'slow', milliseconds: 150 });
  const startedAt = performance.now();
  await calls.sts?.();
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(149);
  aws.faults.once({ service: 'sts' }, { kind: 'hang' });
  const abortSignal = AbortSignal.timeout(150);
  const hanging = new STSClient(asOperator(aws)).send(new GetCallerIdentityCommand({}), { abortSignal });
  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
});

test('a fault meets the nth request of the one it is meant for', async () => {
  aws.faults.once({ service: 'sts', principal: /^arn:.*role\/somebody$/ }, { kind: 'throttle' });
  aws.faults.once({ service: 'sts', principal: 'operator', nth: 2 }, { kind: 'throttle' });
  await calls.sts?.();
  await expect(calls.sts?.()).rejects.toMatchObject({ name: 'Throttling' });
  await calls.sts?.();
});
