import { ListSubscriptionsByTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListDeadLetterSourceQueuesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { Duration } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let sqs: SQSClient;
let QueueUrl: string;
let letters: string;

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    const queue = new Queue(stack, 'Letters');
    output(stack, 'letters', queue.queueUrl);
    const deadLetterQueue = { queue, maxReceiveCount: 1 };
    output(stack, 'queue', new Queue(stack, 'Queue', { deadLetterQueue, visibilityTimeout: Duration.seconds(0) }).queueUrl);
    const topic = new Topic(stack, 'Topic');
    topic.addSubscription(new EmailSubscription('night@example.com'));
    const heard = new Queue(stack, 'Heard');
    topic.addSubscription(new SqsSubscription(heard, { rawMessageDelivery: true }));
    output(stack, 'heard', heard.queueUrl);
    output(stack, 'hidden', new Queue(stack, 'Hidden', { visibilityTimeout: Duration.seconds(1) }).queueUrl);
    output(stack, 'topic', topic.topicArn);
  });
  aws = await startAws({ assembly });
  await aws.deploy();
  sqs = new SQSClient(asOperator(aws));
  QueueUrl = aws.outputs('Test').queue ?? '';
  letters = aws.outputs('Test').letters ?? '';
});
afterAll(() => aws.stop());

test('a queue’s URL is the proxy’s, wherever it comes from', async () => {
  expect(QueueUrl.startsWith(`${aws.endpoint}/000000000000/`)).toBe(true);
  const found = await sqs.send(new GetQueueUrlCommand({ QueueName: QueueUrl.split('/').at(-1) }));
  expect(found.QueueUrl).toBe(QueueUrl);
});

test('a message that is received once too often moves to the dead-letter queue', async () => {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }));
  expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages).toMatchObject([{ Body: 'poison' }]);
  expect((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).toEqual([]);
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: letters, WaitTimeSeconds: 1 }));
  expect(Messages).toMatchObject([{ Body: 'poison' }]);
  await sqs.send(new DeleteMessageCommand({ QueueUrl: letters, ReceiptHandle: Messages[0]?.ReceiptHandle }));
});

test('a topic takes messages', async () => {
  const sns = new SNSClient(asOperator(aws));
  const { MessageId } = await sns.send(new PublishCommand({ TopicArn: aws.outputs('Test').topic, Message: 'all is well' }));
  expect(MessageId).toBeTruthy();
});

test('a message that is being worked on is hidden until its time is over', async () => {
  const Hidden = { QueueUrl: aws.outputs('Test').hidden };
  await sqs.send(new SendMessageCommand({ ...Hidden, MessageBody: 'once', MessageGroupId: 'job' }));
  expect((await sqs.send(new ReceiveMessageCommand(Hidden))).Messages).toHaveLength(1);
  expect((await sqs.send(new ReceiveMessageCommand(Hidden))).Messages ?? []).toEqual([]);
  expect((await sqs.send(new ReceiveMessageCommand({ ...Hidden, WaitTimeSeconds: 3 }))).Messages).toHaveLength(1);
});

test('dead letters go back to the queue that they came from, and a queue that holds none from queues refuses', async () => {
  for (const MessageBody of ['a', 'b']) {
    const MessageAttributes = { job: { DataType: 'String', StringValue: MessageBody } };
    await sqs.send(new SendMessageCommand({ QueueUrl: letters, MessageBody, MessageAttributes }));
  }
  const arnOf = async (url: string | undefined) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }))).Attributes?.QueueArn;
  const SourceArn = await arnOf(letters);
  expect((await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: letters }))).queueUrls).toEqual([QueueUrl]);
  await sqs.send(new StartMessageMoveTaskCommand({ SourceArn }));
  const tasks = async () => (await sqs.send(new ListMessageMoveTasksCommand({ SourceArn }))).Results ?? [];
  await expect.poll(async () => (await tasks())[0]?.Status).toBe('COMPLETED');
  expect(await tasks()).toMatchObject([{ ApproximateNumberOfMessagesMoved: 2, DestinationArn: await arnOf(QueueUrl) }]);
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  expect(Messages.map(({ Body, MessageAttributes }) => [Body, MessageAttributes?.job?.StringValue])).toEqual([
    ['a', 'a'],
    ['b', 'b'],
  ]);
  const none = new StartMessageMoveTaskCommand({ SourceArn: await arnOf(aws.outputs('Test').hidden) });
  await expect(sqs.send(none)).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  const nobody = new StartMessageMoveTaskCommand({ SourceArn: `${SourceArn}-nobody` });
  await expect(sqs.send(nobody)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('what is published reaches the queues that subscribed, and people are only listed', async () => {
  const sns = new SNSClient(asOperator(aws));
  const TopicArn = aws.outputs('Test').topic;
  const { Subscriptions = [] } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn }));
  expect(Subscriptions.map(({ Protocol }) => Protocol).sort()).toEqual(['email', 'sqs']);
  await sns.send(new PublishCommand({ TopicArn, Message: 'heard' }));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: aws.outputs('Test').heard, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
  );
  expect(Messages.map(({ Body }) => Body)).toContain('heard');
});
