import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Alias, Code, type IVersion, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { assemble } from '../fixture/assemble.ts';
import { output, synthesise, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
beforeEach(async () => {
  aws = await startAws({ assembly: 'none' });
});
afterEach(() => aws.stop());

const outputs = () => aws.outputs('Test');
const status = async () => {
  const { Stacks: [stack] = [] } = await new CloudFormationClient(asOperator(aws)).send(new DescribeStacksCommand({ StackName: 'Test' }));
  return stack;
};

interface Version {
  readonly answer: string;
  readonly visibility: number;
  readonly hasExtra?: boolean;
  readonly tableKey?: string;
  readonly mayRead?: boolean;
}

const version = ({ answer, visibility, hasExtra = false, tableKey = 'pk', mayRead = false }: Version) =>
  synthesiseStack((stack) => {
    const inline = `exports.handler = async () => '${answer}';`;
    const made = new LambdaFunction(stack, 'Answer', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(inline),
    });
    const live = new Alias(stack, 'Live', { aliasName: 'live', version: made.currentVersion as IVersion });
    const queue = new Queue(stack, 'Queue', { visibilityTimeout: Duration.seconds(visibility) });
    const partitionKey = { name: tableKey, type: AttributeType.STRING };
    const table = new Table(stack, 'Table', { partitionKey, removalPolicy: RemovalPolicy.RETAIN });
    const bucket = new Bucket(stack, 'Bucket', { removalPolicy: RemovalPolicy.DESTROY });
    if (mayRead) made.addToRolePolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    if (hasExtra) output(stack, 'extra', new Queue(stack, 'Extra').queueUrl);
    output(stack, 'name', made.functionName);
    output(stack, 'live', live.functionArn);
    output(stack, 'version', made.currentVersion.version);
    output(stack, 'queue', queue.queueUrl);
    output(stack, 'table', table.tableName);
    output(stack, 'bucket', bucket.bucketName);
  });

test('an update gives functions new code, moves the alias, and deletes the version that nobody names any more', async () => {
  await aws.deploy(version({ answer: 'one', visibility: 10 }));
  const first = outputs();
  expect((await aws.invoke(first.live ?? '', {})).payload).toBe('one');
  await aws.deploy(version({ answer: 'two', visibility: 10 }));
  const second = outputs();
  expect(second).toMatchObject({ name: first.name, live: first.live, version: '2' });
  for (const reference of [second.name, second.live]) expect((await aws.invoke(reference ?? '', {})).payload).toBe('two');
  await expect(aws.invoke(`${first.name}:1`, {})).rejects.toMatchObject({ name: 'Error', code: 'ResourceNotFoundException' });
  expect(await status()).toMatchObject({ StackStatus: 'UPDATE_COMPLETE' });
});

test('what is the same stays untouched, what changed is changed in place, what is new comes and what is gone goes', async () => {
  await aws.deploy(version({ answer: 'one', visibility: 10, hasExtra: true }));
  const first = outputs();
  const s3 = new S3Client(asOperator(aws));
  await s3.send(new PutObjectCommand({ Bucket: first.bucket, Key: 'kept', Body: 'text' }));
  await aws.deploy(version({ answer: 'one', visibility: 20 }));
  const { extra, ...others } = first;
  expect(outputs()).toEqual(others);
  const sqs = new SQSClient(asOperator(aws));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: first.queue, AttributeNames: ['VisibilityTimeout'] }));
  expect(Attributes).toEqual({ VisibilityTimeout: '20' });
  await expect(sqs.send(new GetQueueAttributesCommand({ QueueUrl: extra }))).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  expect(await (await s3.send(new GetObjectCommand({ Bucket: first.bucket, Key: 'kept' }))).Body?.transformToString()).toBe('text');
  await aws.deploy(version({ answer: 'one', visibility: 20, hasExtra: true }));
  expect(outputs().extra).toBeTruthy();
});

test('a change that replaces a resource makes a new one, and the old one stays where its policy retains it', async () => {
  await aws.deploy(version({ answer: 'one', visibility: 10 }));
  const { table } = outputs();
  const dynamodb = new DynamoDBClient(asOperator(aws));
  await dynamodb.send(new PutItemCommand({ TableName: table, Item: { pk: { S: 'kept' } } }));
  const { remains } = await aws.deploy(version({ answer: 'one', visibility: 10, tableKey: 'id' }));
  expect(remains).toMatchObject([{ ref: table, reason: 'retained' }]);
  expect(outputs().table).not.toBe(table);
  expect(await dynamodb.send(new GetItemCommand({ TableName: table, Key: { pk: { S: 'kept' } } }))).toHaveProperty('Item');
});

test('a role may do what its policies say since the update, no more and no less', async () => {
  const allowed = async () => {
    await aws.invoke(outputs().name ?? '', {});
    return aws.unusedGrants().some(({ action }) => action === 's3:GetObject');
  };
  await aws.deploy(version({ answer: 'one', visibility: 10, mayRead: true }));
  expect(await allowed()).toBe(true);
  await aws.deploy(version({ answer: 'one', visibility: 10 }));
  expect(await allowed()).toBe(false);
});

const queueNamed = (QueueName: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

test('an update that cannot be is refused before anything is touched', async () => {
  await aws.deploy(assemble({ Resources: { One: queueNamed('one') } }));
  const change = assemble({ Resources: { One: queueNamed('other'), Phone: { Type: 'AWS::Connect::Phone' } } });
  await expect(aws.deploy(change)).rejects.toThrow('Test/Phone (AWS::Connect::Phone): the sandbox does not know this type of resource.');
  const retyped = assemble({ Resources: { One: { Type: 'AWS::SNS::Topic' } } });
  await expect(aws.deploy(retyped)).rejects.toThrow('cannot change the type of a resource, which was AWS::SQS::Queue');
  expect(await status()).toMatchObject({ StackStatus: 'CREATE_COMPLETE' });
});

test('an update that fails half way leaves what was there before', async () => {
  const Resources = { One: { ...queueNamed('one'), Properties: { QueueName: 'one', DelaySeconds: 5 } } };
  await aws.deploy(assemble({ Resources, Outputs: { one: { Value: { Ref: 'One' } } } }));
  const badPolicy = { Statement: [{ Effect: 'Perhaps', Action: '*', Resource: '*' }] };
  const trust = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }] };
  const policies = [{ PolicyName: 'odd', PolicyDocument: badPolicy }];
  const change = assemble({
    Resources: {
      One: { ...Resources.One, Properties: { QueueName: 'one', DelaySeconds: 9 } },
      Two: queueNamed('two'),
      Role: { Type: 'AWS::IAM::Role', DependsOn: ['One', 'Two'], Properties: { AssumeRolePolicyDocument: trust, Policies: policies } },
    },
  });
  await expect(aws.deploy(change)).rejects.toThrow('Effect must be Allow or Deny');
  const sqs = new SQSClient(asOperator(aws));
  const one = outputs().one ?? '';
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: one, AttributeNames: ['DelaySeconds'] }));
  expect(Attributes).toEqual({ DelaySeconds: '5' });
  const two = new GetQueueAttributesCommand({ QueueUrl: one.replace(/one$/, 'two') });
  await expect(sqs.send(two)).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  expect(await status()).toMatchObject({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE' });
});

test('a first deployment that fails leaves nothing', async () => {
  const change = { Resources: { One: queueNamed('one'), Two: { ...queueNamed('one'), DependsOn: 'One' } } };
  await expect(aws.deploy(assemble(change))).rejects.toThrow('The queue one exists already.');
  await aws.deploy(assemble({ Resources: { One: queueNamed('one') } }));
});

test('what is retained stays even when its first deployment fails, unless that is excepted', async () => {
  const Properties = {
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
  };
  const table = (DeletionPolicy: string) => ({
    Type: 'AWS::DynamoDB::Table',
    DeletionPolicy,
    Properties: { ...Properties, BillingMode: 'PAY_PER_REQUEST' },
  });
  const last = { ...queueNamed('q'), DependsOn: ['Kept', 'Excepted', 'First'] };
  const Resources = { Kept: table('Retain'), Excepted: table('RetainExceptOnCreate'), First: queueNamed('q'), Second: last };
  await expect(aws.deploy(assemble({ Resources }))).rejects.toThrow('The queue q exists already.');
  const [kept, ...others] = aws.remains();
  expect({ kept, others }).toMatchObject({ kept: { logicalId: 'Kept', reason: 'retained' }, others: [] });
  const item = new GetItemCommand({ TableName: kept?.ref, Key: { pk: { S: 'x' } } });
  await expect(new DynamoDBClient(asOperator(aws)).send(item)).resolves.toBeTruthy();
});

test('an export that another stack uses can neither change nor go', async () => {
  const build = (isUsed: boolean, name: string) =>
    synthesise((app: App) => {
      const foundation = new Stack(app, 'Foundation');
      const queue = new Queue(foundation, 'Queue', { queueName: name });
      const jobs = new Stack(app, 'Jobs');
      new Queue(jobs, 'Queue');
      if (isUsed) output(jobs, 'queue', queue.queueArn);
      else output(jobs, 'queue', 'none');
    });
  await aws.deploy(build(true, 'first'));
  await expect(aws.deploy(build(false, 'first'))).rejects.toThrow(
    /^Export Foundation:.* cannot be deleted or changed as it is in use by Jobs\.$/,
  );
});

test('destroy leaves what is retained and what AWS would not delete, and says so', async () => {
  await aws.deploy(version({ answer: 'one', visibility: 10 }));
  const { table, bucket, name } = outputs();
  await new S3Client(asOperator(aws)).send(new PutObjectCommand({ Bucket: bucket, Key: 'left', Body: 'text' }));
  const remains = await aws.destroy();
  expect(remains.map(({ ref, reason }) => [ref, reason])).toEqual(
    expect.arrayContaining([
      [table, 'retained'],
      [bucket, 'The bucket you tried to delete is not empty'],
    ]),
  );
  expect(remains).toHaveLength(2);
  await expect(aws.invoke(name ?? '', {})).rejects.toMatchObject({ code: 'ResourceNotFoundException' });
  expect(await status()).toMatchObject({ StackStatus: 'DELETE_FAILED' });
});

test('a deployment after destroy does not get into the way of what remained', async () => {
  await aws.deploy(version({ answer: 'one', visibility: 10 }));
  const { table } = outputs();
  expect(await aws.destroy()).toMatchObject([{ ref: table, reason: 'retained' }]);
  await aws.deploy(version({ answer: 'one', visibility: 10 }));
  expect(outputs().table).not.toBe(table);
});
