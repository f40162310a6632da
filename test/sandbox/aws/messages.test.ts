import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { DeleteMessageCommand, GetQueueUrlCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Duration } from 'aws-cdk-lib';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from './fixture/act-as.ts';
import { output, synthesiseStack } from './fixture/synthesise.ts';
import { type Aws, startAws } from './index.ts';

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
