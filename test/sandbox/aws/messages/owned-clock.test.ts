import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Duration } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

const minute = 60_000;
let now = Date.UTC(2030, 0, 1);
let aws: Aws;
let sqs: SQSClient;

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    const visibilityTimeout = Duration.minutes(5);
    output(stack, 'kept', new Queue(stack, 'Kept', { retentionPeriod: Duration.hours(1), visibilityTimeout }).queueUrl);
    output(stack, 'delayed', new Queue(stack, 'Delayed', { deliveryDelay: Duration.minutes(10) }).queueUrl);
  });
  aws = await startAws({ assembly, now: () => now });
  await aws.deploy();
  sqs = new SQSClient(asOperator(aws));
});
afterAll(() => aws.stop());
beforeEach(() => {
  now += 24 * 60 * minute;
});

const send = (queue: string) => sqs.send(new SendMessageCommand({ QueueUrl: aws.outputs('Test')[queue], MessageBody: 'text' }));
const receive = async (queue: string) => {
  const command = new ReceiveMessageCommand({ QueueUrl: aws.outputs('Test')[queue], MessageSystemAttributeNames: ['All'] });
  return (await sqs.send(command)).Messages ?? [];
};
const measured = (metric: string) =>
  aws.metrics().find(({ name, dimensions }) => name === metric && dimensions.QueueName?.toLowerCase().includes('kept'))?.value;

test('a message is dated by the clock of the sandbox, and its queue says how old it is', async () => {
  await send('kept');
  const sentAt = now;
  now += 10 * minute;
  expect(measured('ApproximateNumberOfMessagesVisible')).toBe(1);
  expect(measured('ApproximateAgeOfOldestMessage')).toBeGreaterThanOrEqual(599);
  const [message] = await receive('kept');
  expect(Math.abs(Number(message?.Attributes?.SentTimestamp) - sentAt)).toBeLessThan(2_000);
  expect(measured('ApproximateNumberOfMessagesVisible')).toBe(0);
});

test('a queue keeps no message for longer than it is told, seen or unseen', async () => {
  await send('kept');
  await receive('kept');
  await send('kept');
  now += 59 * minute;
  expect(measured('ApproximateNumberOfMessagesVisible')).toBe(2);
  now += 2 * minute;
  expect(await receive('kept')).toEqual([]);
  expect(measured('ApproximateAgeOfOldestMessage')).toBe(0);
});

test('a queue with a delay hands nothing out before that', async () => {
  await send('delayed');
  now += 9 * minute;
  expect(await receive('delayed')).toEqual([]);
  now += 2 * minute;
  expect(await receive('delayed')).toHaveLength(1);
});
