import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectAclCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { SecretValue, type Stack } from 'aws-cdk-lib';
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { AnyPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs, actor, asOperator, type ClientSettings } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let outputs: Readonly<Record<string, string>>;

function build(stack: Stack): void {
  const encryptionKey = new Key(stack, 'Key');
  const bucket = new Bucket(stack, 'Bucket', { encryptionKey, enforceSSL: true });
  const table = new Table(stack, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey,
  });
  const secret = new Secret(stack, 'Secret', { encryptionKey, secretStringValue: SecretValue.unsafePlainText('hidden') });
  const guarded = new Secret(stack, 'Guarded', { secretStringValue: SecretValue.unsafePlainText('guarded') });
  const queue = new Queue(stack, 'Queue', { encryptionMasterKey: encryptionKey, enforceSSL: true });
  const topic = new Topic(stack, 'Topic', { masterKey: encryptionKey, enforceSSL: true });
  const granted = actor(stack, 'granted');
  bucket.grantReadWrite(granted);
  table.grantReadWriteData(granted);
  secret.grantRead(granted);
  guarded.grantRead(granted);
  queue.grantSendMessages(granted);
  topic.grantPublish(granted);
  actor(stack, 'bare');
  // All but the key.
  const keyless = actor(stack, 'keyless');
  const actions = ['s3:PutObject', 'secretsmanager:GetSecretValue', 'dynamodb:PutItem', 'sqs:SendMessage', 'sns:Publish'];
  keyless.addToRolePolicy(new PolicyStatement({ actions, resources: ['*'] }));
  actor(stack, 'reader').addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }));
  const odd = actor(stack, 'odd');
  odd.addToRolePolicy(
    new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'], conditions: { StringEquals: { 'aws:SourceIp': '10.0.0.1' } } }),
  );
  const notTheBare = { ArnNotLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/*bare*' } };
  guarded.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.DENY,
      principals: [new AnyPrincipal()],
      actions: ['secretsmanager:GetSecretValue'],
      resources: ['*'],
      conditions: notTheBare,
    }),
  );
  const values = {
    bucket: bucket.bucketName,
    table: table.tableName,
    secret: secret.secretArn,
    guarded: guarded.secretArn,
    queue: queue.queueUrl,
    topic: topic.topicArn,
    key: encryptionKey.keyArn,
  };
  for (const [name, value] of Object.entries(values)) output(stack, name, value);
}

beforeAll(async () => {
  aws = await startAws({ assembly: synthesiseStack(build) });
  await aws.deploy();
  outputs = aws.outputs('Test');
});
afterAll(() => aws.stop());

const object = () => ({ Bucket: outputs.bucket, Key: 'a/b' });
const item = () => ({ TableName: outputs.table, Item: { pk: { S: '1' } } });

/** One call of each kind; each answers with the error's name, or `ok`. */
async function tryAll(settings: ClientSettings): Promise<Record<string, string>> {
  const calls: Record<string, () => Promise<unknown>> = {
    put: () => new S3Client(settings).send(new PutObjectCommand({ ...object(), Body: 'text' })),
    get: () => new S3Client(settings).send(new GetObjectCommand(object())),
    item: () => new DynamoDBClient(settings).send(new PutItemCommand(item())),
    secret: () => new SecretsManagerClient(settings).send(new GetSecretValueCommand({ SecretId: outputs.secret })),
    send: () => new SQSClient(settings).send(new SendMessageCommand({ QueueUrl: outputs.queue, MessageBody: 'text' })),
    publish: () => new SNSClient(settings).send(new PublishCommand({ TopicArn: outputs.topic, Message: 'text' })),
  };
  const results: Record<string, string> = {};
  for (const [name, call] of Object.entries(calls)) {
    results[name] = await call().then(
      () => 'ok',
      (error: Error) => error.name,
    );
  }
  return results;
}

const refused = {
  put: 'AccessDenied',
  get: 'AccessDenied',
  item: 'AccessDeniedException',
  secret: 'AccessDeniedException',
  send: 'AccessDeniedException',
  publish: 'AuthorizationErrorException',
};

test('what the CDK grants is allowed', async () => {
  expect(await tryAll(await actAs(aws, 'granted'))).toEqual({ put: 'ok', get: 'ok', item: 'ok', secret: 'ok', send: 'ok', publish: 'ok' });
});

test('without a grant every service refuses under its own error name', async () => {
  expect(await tryAll(await actAs(aws, 'bare'))).toEqual(refused);
});

test('an encrypted resource needs its key too, and the journal says so', async () => {
  expect(await tryAll(await actAs(aws, 'keyless'))).toEqual(refused);
  const denied = aws.journal.calls({ principal: outputs.keylessRole ?? '', allowed: false, service: 'kms' });
  expect(denied.map(({ action }) => action)).toEqual([
    'kms:GenerateDataKey',
    'kms:Decrypt',
    'kms:Decrypt',
    'kms:GenerateDataKey',
    'kms:GenerateDataKey',
  ]);
  expect(denied.every(({ resource, status }) => resource === outputs.key && status >= 400)).toBe(true);
});

test('a key of a condition that the sandbox does not know refuses, loudly', async () => {
  const s3 = new S3Client(await actAs(aws, 'odd'));
  await expect(s3.send(new GetObjectCommand(object()))).rejects.toMatchObject({ name: 'AccessDenied' });
  const [call] = aws.journal.calls({ principal: outputs.oddRole ?? '' });
  expect(call).toMatchObject({ action: 's3:GetObject', allowed: false, status: 403, reason: expect.stringContaining('aws:SourceIp') });
});

test('a deny in a resource’s own policy beats every grant', async () => {
  const secrets = new SecretsManagerClient(await actAs(aws, 'granted'));
  await expect(secrets.send(new GetSecretValueCommand({ SecretId: outputs.guarded }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('an operation that the sandbox does not know is refused even to the operator', async () => {
  const settings = asOperator(aws);
  await expect(new S3Client(settings).send(new PutObjectAclCommand({ ...object(), ACL: 'private' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await expect(new SecretsManagerClient(settings).send(new ListSecretsCommand({}))).rejects.toMatchObject({
    name: 'AccessDeniedException',
  });
  expect(aws.journal.calls({ action: 'secretsmanager:ListSecrets' })).toMatchObject([
    { allowed: false, reason: expect.stringContaining('does not know') },
  ]);
});

test('credentials that are nobody’s are refused', async () => {
  const settings = { ...asOperator(aws), credentials: { accessKeyId: 'AKIANOBODY', secretAccessKey: 'x' } };
  await expect(new S3Client(settings).send(new GetObjectCommand(object()))).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
  await expect(
    new DynamoDBClient(settings).send(new GetItemCommand({ TableName: outputs.table, Key: { pk: { S: '1' } } })),
  ).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
});

test('an unsigned request is refused and written down', async () => {
  expect((await fetch(`${aws.endpoint}/${outputs.bucket}/a/b`)).status).toBe(403);
  expect(aws.journal.calls({ service: 'unsigned' })).toMatchObject([{ principal: 'unknown', allowed: false, status: 403 }]);
});

test('a missing key is hidden from those who may not list', async () => {
  const missing = new GetObjectCommand({ Bucket: outputs.bucket, Key: 'missing' });
  await expect(new S3Client(await actAs(aws, 'granted')).send(missing)).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(new S3Client(await actAs(aws, 'reader')).send(missing)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('a request that is signed for another Region is refused, in each service’s words', async () => {
  const elsewhere = { ...asOperator(aws), region: 'us-west-2' };
  const { bucket: Bucket = '', table: TableName = '', topic: TopicArn = '' } = outputs;
  const dynamodb = new DynamoDBClient(elsewhere).send(new GetItemCommand({ TableName, Key: { pk: { S: 'a' } } }));
  await expect(dynamodb).rejects.toMatchObject({ name: 'InvalidSignatureException' });
  const s3 = new S3Client({ ...elsewhere, forcePathStyle: true }).send(new GetObjectCommand({ Bucket, Key: 'a' }));
  await expect(s3).rejects.toMatchObject({ name: 'AuthorizationHeaderMalformed' });
  const sns = new SNSClient(elsewhere).send(new PublishCommand({ TopicArn, Message: 'a' }));
  await expect(sns).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
  expect(aws.journal.calls({ allowed: false, action: 'dynamodb:GetItem' }).at(-1)?.reason).toBe('The request is signed for us-west-2.');
});
