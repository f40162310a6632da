import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Duration, type Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnEventInvokeConfig, Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { CfnSchedule, Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let outputs: Readonly<Record<string, string>>;

function build(stack: Stack): void {
  const inline = Code.fromInline(
    "exports.handler = async (event) => { if (event.fail) throw new Error('as asked'); return { ...event, at: new Date().toISOString() }; };",
  );
  const letters = new Queue(stack, 'Letters');
  const deadLetterQueue = new Queue(stack, 'Undelivered');
  const target = new LambdaFunction(stack, 'Target', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: inline,
    retryAttempts: 1,
    onFailure: new SqsDestination(letters),
  });
  const input = { scheduledTime: '<aws.scheduler.scheduled-time>', attempt: '<aws.scheduler.attempt-number>' };
  const add = (id: string, object: object) => {
    const invoke = new LambdaInvoke(target, {
      input: ScheduleTargetInput.fromObject(object),
      deadLetterQueue,
      retryAttempts: 2,
      maxEventAge: Duration.hours(1),
    });
    const made = new Schedule(stack, id, { schedule: ScheduleExpression.expression('cron(0 2 * * ? *)'), target: invoke });
    output(stack, `${id}Name`, made.scheduleName);
    return made;
  };
  add('nightly', input);
  add('failing', { fail: true });
  const role = new Role(stack, 'Powerless', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
  deadLetterQueue.grantSendMessages(role);
  const powerless = new CfnSchedule(stack, 'powerless', {
    scheduleExpression: 'rate(2 hours)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: { arn: target.functionArn, roleArn: role.roleArn, deadLetterConfig: { arn: deadLetterQueue.queueArn } },
  });
  const mute = new CfnSchedule(stack, 'mute', {
    scheduleExpression: 'rate(1 day)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: { arn: target.functionArn, roleArn: target.role?.roleArn ?? '' },
  });
  const unheard = new LambdaFunction(stack, 'Unheard', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: inline });
  // As written by hand: a destination that the function's role may not send to.
  new CfnEventInvokeConfig(stack, 'UnheardConfig', {
    functionName: unheard.functionName,
    qualifier: '$LATEST',
    maximumRetryAttempts: 0,
    destinationConfig: { onFailure: { destination: letters.queueArn } },
  });
  unheard.grantInvoke(role);
  const shout = new CfnSchedule(stack, 'shout', {
    scheduleExpression: 'rate(1 day)',
    flexibleTimeWindow: { mode: 'OFF' },
    target: { arn: unheard.functionArn, roleArn: role.roleArn, input: '{"fail":true}' },
  });
  output(stack, 'shoutName', shout.ref);
  output(stack, 'powerlessName', powerless.ref);
  output(stack, 'muteName', mute.ref);
  output(stack, 'letters', letters.queueUrl);
  output(stack, 'undelivered', deadLetterQueue.queueUrl);
  output(stack, 'target', target.functionName);
}

beforeAll(async () => {
  aws = await startAws({ assembly: synthesiseStack(build), now: () => Date.parse('2026-11-22T02:00:30Z') });
  await aws.deploy();
  outputs = aws.outputs('Test');
});
afterAll(() => aws.stop());

async function receive(queue: string) {
  const { Messages = [] } = await new SQSClient(asOperator(aws)).send(
    new ReceiveMessageCommand({
      QueueUrl: outputs[queue],
      MessageAttributeNames: ['All'],
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 600,
    }),
  );
  return Messages.map(({ Body = '', MessageAttributes = {} }) => ({
    body: JSON.parse(Body) as Record<string, unknown>,
    attributes: Object.fromEntries(Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue])),
  }));
}

const fire = (id: string, options = {}) => aws.fire(outputs[`${id}Name`] ?? '', options);

test('a schedule’s target is invoked as its role, with the context attributes filled in', async () => {
  const { attempts, delivery } = await fire('nightly', { scheduledTime: '2026-11-22T02:00:00Z' });
  expect(delivery).toBe('delivered');
  expect(attempts).toMatchObject([{ outcome: 'response', payload: { scheduledTime: '2026-11-22T02:00:00Z', attempt: '1' } }]);
  const [call] = aws.journal.calls({ action: 'lambda:InvokeFunction' });
  expect(call).toMatchObject({ allowed: true, principal: expect.stringContaining('SchedulerRole') });
  expect((await fire('nightly')).attempts).toMatchObject([{ payload: { scheduledTime: '2026-11-22T02:00:00Z' } }]);
});

test('an asynchronous failure is retried as configured, and its record ends in the failure destination', async () => {
  const { attempts } = await fire('failing');
  expect(attempts.map(({ outcome }) => outcome)).toEqual(['error', 'error']);
  expect(new Set(attempts.map(({ requestId }) => requestId)).size).toBe(1);
  const [record] = await receive('letters');
  expect(record?.body).toEqual({
    version: '1.0',
    timestamp: '2026-11-22T02:00:30.000Z',
    requestContext: {
      requestId: attempts[0]?.requestId,
      functionArn: expect.stringMatching(/:\$LATEST$/),
      condition: 'RetriesExhausted',
      approximateInvokeCount: 2,
    },
    requestPayload: { fail: true },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: 'Error', errorMessage: 'as asked', trace: expect.any(Array) },
  });
  expect(aws.metrics().filter(({ name, value }) => name === 'Errors' && value === 1)).toHaveLength(2);
});

test('a failure destination that the function’s role may not reach stays empty, and the journal says why', async () => {
  expect((await fire('shout')).attempts).toMatchObject([{ outcome: 'error' }]);
  expect(aws.journal.calls({ action: 'sqs:SendMessage', allowed: false })).toMatchObject([
    { principal: expect.stringContaining('Unheard'), status: 400 },
  ]);
  expect(await receive('letters')).toEqual([]);
  expect(aws.metrics().filter(({ name }) => name === 'DestinationDeliveryFailures')).toHaveLength(1);
});

test('the functions’ clock is the caller’s', async () => {
  const { attempts } = await fire('nightly');
  expect(attempts).toMatchObject([{ payload: { at: expect.stringMatching(/^2026-11-22T02:00:3/) } }]);
});

test('Scheduler retries a delivery that fails, and gives up after its retries', async () => {
  expect(await fire('nightly', { failDeliveries: 2 })).toMatchObject({
    delivery: 'delivered',
    deliveryRetries: 2,
    attempts: [{ payload: { attempt: '3' } }],
  });
  expect(await fire('nightly', { failDeliveries: 3 })).toEqual({ attempts: [], delivery: 'dead-lettered', deliveryRetries: 2 });
  const [letter] = await receive('undelivered');
  expect(letter).toMatchObject({
    attributes: { ERROR_CODE: 'ServiceException', EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts', RETRY_ATTEMPTS: '2' },
    body: { scheduledTime: '2026-11-22T02:00:00Z' },
  });
});

test('a missing permission goes to the dead-letter queue without a retry', async () => {
  expect(await fire('powerless')).toEqual({ attempts: [], delivery: 'dead-lettered', deliveryRetries: 0 });
  const [letter] = await receive('undelivered');
  expect(letter?.attributes).toMatchObject({
    ERROR_CODE: 'AccessDeniedException',
    RETRY_ATTEMPTS: '0',
    TARGET_ARN: expect.stringContaining(outputs.target ?? '-'),
  });
  expect(letter?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
});

test('a role that Scheduler may not assume delivers nothing', async () => {
  expect(await fire('mute')).toEqual({ attempts: [], delivery: 'dropped', deliveryRetries: 0 });
});

test('a schedule that does not exist is named', async () => {
  await expect(aws.fire('nothing')).rejects.toThrow('There is no schedule named nothing.');
});
