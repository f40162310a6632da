import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type CfnResource, Duration, type Stack } from 'aws-cdk-lib';
import { Code, EventSourceMapping, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asOperator } from '../../fixture/act-as.ts';
import { output, synthesiseStack } from '../../fixture/synthesise.ts';
import { type Aws, startAws } from '../../index.ts';
import { failedItems } from './batch-answer.ts';

/** Fails, whole or by items, as its messages ask. */
const source = `exports.handler = async ({ Records }) => {
  console.log('batch ' + JSON.stringify(Records));
  await new Promise((resolve) => setTimeout(resolve, 50));
  if (Records.some(({ body }) => body === 'throw')) throw new Error('no');
  return { batchItemFailures: Records.filter(({ body }) => body === 'fail').map(({ messageId }) => ({ itemIdentifier: messageId })) };
};`;

let aws: Aws;
let sqs: SQSClient;

beforeAll(async () => {
  const assembly = synthesiseStack((stack: Stack) => {
    const add = (id: string, settings: SqsEventSourceProps) => {
      const code = Code.fromInline(source);
      const made = new LambdaFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code,
        timeout: Duration.seconds(1),
      });
      const letters = new Queue(stack, `${id}Letters`);
      const deadLetterQueue = { queue: letters, maxReceiveCount: 2 };
      const visibilityTimeout = Duration.seconds(id === 'wide' ? 30 : 1);
      const queue = new Queue(stack, `${id}Queue`, { visibilityTimeout, deadLetterQueue });
      made.addEventSource(new SqsEventSource(queue, settings));
      output(stack, `${id}Name`, made.functionName);
      output(stack, `${id}Url`, queue.queueUrl);
      output(stack, `${id}LettersUrl`, letters.queueUrl);
    };
    add('partial', { reportBatchItemFailures: true, batchSize: 4 });
    add('whole', { batchSize: 10 });
    add('narrow', { batchSize: 1, maxConcurrency: 2 });
    add('wide', { batchSize: 25, maxBatchingWindow: Duration.seconds(1), maxConcurrency: 2 });
  });
  aws = await startAws({ assembly });
  await aws.deploy();
  sqs = new SQSClient(asOperator(aws));
});
afterAll(() => aws.stop());

async function send(id: string, bodies: readonly string[]): Promise<void> {
  const QueueUrl = aws.outputs('Test')[`${id}Url`];
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'test' } };
  for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
}

async function waiting(url: string): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages' as const];
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: aws.outputs('Test')[url], AttributeNames }));
  return Number(Attributes?.ApproximateNumberOfMessages);
}

function batches(id: string): { readonly body: string; readonly attributes: Record<string, string> }[][] {
  const lines = aws.logs(aws.outputs('Test')[`${id}Name`] ?? '').filter((line) => line.includes('batch ['));
  return lines.map((line) => JSON.parse(line.slice(line.indexOf('['))));
}

test('a message reaches the function as AWS words it', async () => {
  await send('partial', ['hello']);
  expect(await aws.events.drain()).toEqual({ batches: 1, messages: 1 });
  expect(batches('partial').at(-1)).toMatchObject([
    {
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'hello',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) },
      messageAttributes: { kind: { stringValue: 'test', stringListValues: [], binaryListValues: [], dataType: 'String' } },
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      eventSource: 'aws:sqs',
      eventSourceARN: expect.stringMatching(/^arn:aws:sqs:eu-west-1:000000000000:/),
      awsRegion: 'eu-west-1',
    },
  ]);
});

test('only the items that failed come back, and after their last receipt go to the dead-letter queue', async () => {
  await send('partial', ['one', 'fail', 'two', 'three']);
  await aws.events.drain();
  expect(await waiting('partialUrl')).toBe(0);
  await vi.waitFor(async () => {
    await aws.events.drain();
    expect(await waiting('partialLettersUrl')).toBe(1);
  }, 8_000);
  const received = batches('partial')
    .flat()
    .map(({ body }) => body);
  expect(received.filter((body) => body === 'fail')).toHaveLength(2);
  expect(received.filter((body) => body === 'two')).toHaveLength(1);
});

test('a function that throws gets the whole batch again', async () => {
  await send('whole', ['throw', 'innocent']);
  await vi.waitFor(async () => {
    await aws.events.drain();
    expect(await waiting('wholeLettersUrl')).toBe(2);
  }, 8_000);
});

test('no more invocations at a time than the maximum concurrency', async () => {
  await send('narrow', ['1', '2', '3', '4', '5', '6']);
  expect(await aws.events.drain()).toEqual({ batches: 6, messages: 6 });
  expect(aws.containers().get(aws.outputs('Test').narrowName ?? '')).toHaveLength(2);
});

test('polling on its own, a window gathers one batch', async () => {
  const bodies = Array.from({ length: 30 }, (_, index) => String(index));
  await send('wide', bodies);
  aws.events.start();
  await vi.waitFor(() => expect(batches('wide').flat()).toHaveLength(30), 8_000);
  expect(Math.max(...batches('wide').map((batch) => batch.length))).toBeGreaterThan(10);
});

test('an answer of another shape fails the whole batch, no answer fails nothing', () => {
  const ids = ['a', 'b'];
  for (const fine of [null, undefined, {}, { batchItemFailures: null }, { batchItemFailures: [] }])
    expect(failedItems(fine, ids)).toEqual([]);
  expect(failedItems({ batchItemFailures: [{ itemIdentifier: 'b' }] }, ids)).toEqual(['b']);
  const shapes = ['text', { batchItemFailures: 'a' }, { batchItemFailures: [null] }, { batchItemFailures: [{ itemIdentifier: '' }] }];
  for (const wrong of [...shapes, { batchItemFailures: [{ id: 'a' }] }, { batchItemFailures: [{ itemIdentifier: 'c' }] }])
    expect(failedItems(wrong, ids)).toEqual(ids);
  // Whatever a function answers, only messages of the batch come back.
  fc.assert(fc.property(fc.anything(), (answer) => failedItems(answer, ids).every((id) => ids.includes(id))));
});

test.each([
  ['a filter', { FilterCriteria: { Filters: [{ Pattern: '{}' }] } }, 'the sandbox does not know the property FilterCriteria'],
  ['a queue whose messages come back too early', { Timeout: 31 }, 'visibility timeout of 30 seconds is less than'],
  ['a large batch without a window', { BatchSize: 11 }, 'needs a MaximumBatchingWindowInSeconds'],
])('an event source with %s is refused', async (_, more, sentence) => {
  const assembly = synthesiseStack((stack: Stack) => {
    const code = Code.fromInline(source);
    const target = new LambdaFunction(stack, 'F', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    const queue = new Queue(stack, 'Q');
    queue.grantConsumeMessages(target);
    const mapping = new EventSourceMapping(stack, 'M', { target, eventSourceArn: queue.queueArn });
    for (const [name, value] of Object.entries(more))
      ((name === 'Timeout' ? target : mapping).node.defaultChild as CfnResource).addPropertyOverride(name, value);
  });
  const other = await startAws({ assembly });
  await expect(other.deploy()).rejects.toThrow(sentence);
  await other.stop();
});
