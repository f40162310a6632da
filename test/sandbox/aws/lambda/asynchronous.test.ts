import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Code, type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LambdaDestination, SnsDestination, SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

const source = `let count = 0;
exports.handler = async (event) => {
  count += 1;
  console.log(JSON.stringify(event));
  if (count <= (event.failures ?? 0)) throw new Error('attempt ' + count);
  return { count };
};`;

let aws: Aws;
let client: LambdaClient;
let sqs: SQSClient;
let hours = 0;
let isAging = false;

beforeAll(async () => {
  const assembly = synthesiseStack((stack: Stack) => {
    const add = (id: string, more: Partial<FunctionProps> = {}) => {
      const made = new LambdaFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline(source),
        ...more,
      });
      output(stack, `${id}Name`, made.functionName);
      return made;
    };
    const letters = new Queue(stack, 'Letters');
    const news = new Topic(stack, 'News');
    news.addSubscription(new SqsSubscription(letters, { rawMessageDelivery: true }));
    output(stack, 'letters', letters.queueUrl);
    const next = add('next');
    add('failing', { onFailure: new SqsDestination(letters), retryAttempts: 1 });
    add('proud', { onSuccess: new LambdaDestination(next) });
    add('loud', { onFailure: new SnsDestination(news), retryAttempts: 0 });
    add('aging', { onFailure: new SqsDestination(letters), maxEventAge: Duration.hours(1) });
    add('dead', { deadLetterQueue: letters, retryAttempts: 0 });
    add('closed', { onFailure: new SqsDestination(letters), reservedConcurrentExecutions: 0 });
  });
  const now = () => Date.now() + hours * 3_600_000;
  aws = await startAws({
    assembly,
    now,
    // Time passes between the attempts of one test.
    onLog: () => {
      if (isAging) hours += 2;
    },
  });
  await aws.deploy();
  client = new LambdaClient(asOperator(aws));
  sqs = new SQSClient(asOperator(aws));
});
afterAll(() => aws.stop());

const functionName = (id: string) => aws.outputs('Test')[`${id}Name`] ?? '';

async function send(id: string, event: object): Promise<void> {
  await client.send(new InvokeCommand({ FunctionName: functionName(id), InvocationType: 'Event', Payload: JSON.stringify(event) }));
  await aws.events.drain();
}

async function letter() {
  const QueueUrl = aws.outputs('Test').letters;
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2, MessageAttributeNames: ['All'] }));
  expect(Messages).toHaveLength(1);
  // Where time passes between the attempts, a message that is only hidden comes back.
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0]?.ReceiptHandle }));
  return { body: JSON.parse(Messages[0]?.Body ?? ''), attributes: Messages[0]?.MessageAttributes };
}

test('an event that fails for good goes to the queue, with what was asked and what came of it', async () => {
  await send('failing', { failures: 9, ask: 1 });
  const arn = `arn:aws:lambda:eu-west-1:000000000000:function:${functionName('failing')}:$LATEST`;
  expect((await letter()).body).toMatchObject({
    version: '1.0',
    requestContext: { functionArn: arn, condition: 'RetriesExhausted', approximateInvokeCount: 2 },
    requestPayload: { failures: 9, ask: 1 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'attempt 2' },
  });
});

test('a success is told to the next function, also when the first attempts failed', async () => {
  await send('proud', { failures: 2 });
  const [record = ''] = aws.logs(functionName('next'));
  expect(JSON.parse(record.slice(record.indexOf('{')))).toMatchObject({
    requestContext: { condition: 'Success', approximateInvokeCount: 3 },
    responseContext: { statusCode: 200, executedVersion: '$LATEST' },
    responsePayload: { count: 3 },
  });
});

test('a topic takes records too', async () => {
  await send('loud', { failures: 1 });
  expect((await letter()).body).toMatchObject({ requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 1 } });
});

test('an event that has grown too old is not tried again', async () => {
  isAging = true;
  await send('aging', { failures: 9 });
  isAging = false;
  expect((await letter()).body).toMatchObject({ requestContext: { condition: 'EventAgeExceeded', approximateInvokeCount: 1 } });
});

test('a dead-letter queue gets the event itself', async () => {
  await send('dead', { failures: 9, ask: 2 });
  const { body, attributes } = await letter();
  expect(body).toEqual({ failures: 9, ask: 2 });
  expect(attributes).toMatchObject({ ErrorCode: { StringValue: '200' }, ErrorMessage: { StringValue: 'attempt 1' }, RequestID: {} });
});

test('a function that may not run at all passes its events on', async () => {
  await send('closed', { ask: 3 });
  expect((await letter()).body).toMatchObject({ requestContext: { approximateInvokeCount: 0 }, requestPayload: { ask: 3 } });
});
