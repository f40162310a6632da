import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { CancelKeyDeletionCommand, DisableKeyCommand, EnableKeyCommand, KMSClient, ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from 'aws-cdk-lib';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let kms: KMSClient;
let outputs: Readonly<Record<string, string>>;
let calls: Readonly<Record<string, () => Promise<unknown>>>;

function build(stack: Stack): void {
  const encryptionKey = new Key(stack, 'Key');
  output(stack, 'key', encryptionKey.keyArn);
  output(stack, 'bucket', new Bucket(stack, 'Bucket', { encryptionKey }).bucketName);
  output(stack, 'secret', new Secret(stack, 'Secret', { encryptionKey }).secretArn);
  output(stack, 'queue', new Queue(stack, 'Queue', { encryptionMasterKey: encryptionKey }).queueUrl);
  output(stack, 'topic', new Topic(stack, 'Topic', { masterKey: encryptionKey }).topicArn);
  const partitionKey = { name: 'pk', type: AttributeType.STRING };
  const encryption = TableEncryption.CUSTOMER_MANAGED;
  output(stack, 'table', new Table(stack, 'Table', { partitionKey, encryption, encryptionKey }).tableName);
}

beforeAll(async () => {
  aws = await startAws({ assembly: synthesiseStack(build) });
  await aws.deploy();
  outputs = aws.outputs('Test');
  const settings = asOperator(aws);
  kms = new KMSClient(settings);
  const [s3, secrets, dynamodb] = [new S3Client(settings), new SecretsManagerClient(settings), new DynamoDBClient(settings)];
  const [sqs, sns] = [new SQSClient(settings), new SNSClient(settings)];
  const { bucket: Bucket, secret: SecretId, table: TableName, queue: QueueUrl, topic: TopicArn } = outputs;
  calls = {
    PutObject: () => s3.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'text' })),
    GetObject: () => s3.send(new GetObjectCommand({ Bucket, Key: 'a' })),
    PutSecretValue: () => secrets.send(new PutSecretValueCommand({ SecretId, SecretString: 'value' })),
    GetSecretValue: () => secrets.send(new GetSecretValueCommand({ SecretId })),
    PutItem: () => dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: 'a' } } })),
    GetItem: () => dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } })),
    SendMessage: () => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'text' })),
    ReceiveMessage: () => sqs.send(new ReceiveMessageCommand({ QueueUrl })),
    Publish: () => sns.send(new PublishCommand({ TopicArn, Message: 'text' })),
  };
  for (const call of Object.values(calls)) await call();
});
afterEach(() => kms.send(new EnableKeyCommand({ KeyId: outputs.key })));
afterAll(() => aws.stop());

const answer = (name: string) =>
  calls[name]?.().then(
    () => 'ok',
    (error: Error) => error.name,
  );

test.each([
  ['PutObject', 'KMS.DisabledException', 'KMS.KMSInvalidStateException'],
  ['GetObject', 'KMS.DisabledException', 'KMS.KMSInvalidStateException'],
  ['PutSecretValue', 'EncryptionFailure', 'EncryptionFailure'],
  ['GetSecretValue', 'DecryptionFailure', 'DecryptionFailure'],
  ['PutItem', 'AccessDeniedException', 'AccessDeniedException'],
  ['GetItem', 'AccessDeniedException', 'AccessDeniedException'],
  ['SendMessage', 'KmsDisabled', 'KmsInvalidState'],
  ['ReceiveMessage', 'KmsDisabled', 'KmsInvalidState'],
  ['Publish', 'KMSDisabledException', 'KMSInvalidStateException'],
])(
  '%s answers as its service does while the key is disabled or about to be deleted, and works again after that',
  async (name, disabled, pending) => {
    const KeyId = outputs.key;
    await kms.send(new DisableKeyCommand({ KeyId }));
    expect(await answer(name)).toBe(disabled);
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId }));
    expect(await answer(name)).toBe(pending);
    const [refused] = aws.journal.calls({ allowed: false }).slice(-1);
    expect(refused).toMatchObject({ resource: KeyId, status: 400, reason: `The KMS key ${KeyId} is pending deletion.` });
    await kms.send(new CancelKeyDeletionCommand({ KeyId }));
    await kms.send(new EnableKeyCommand({ KeyId }));
    expect(await answer(name)).toBe('ok');
  },
);
