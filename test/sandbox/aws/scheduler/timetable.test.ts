import { GetScheduleCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { afterEach, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Two days before London’s clocks go forward, and nine before Sydney’s go back. */
const start = Date.parse('2027-03-26T00:00:00Z');

interface Given {
  readonly expression: string;
  readonly timeZone?: string;
  readonly windowMinutes?: number;
  readonly state?: 'ENABLED' | 'DISABLED';
  readonly retryPolicy?: { readonly maximumRetryAttempts: number; readonly maximumEventAgeInSeconds: number };
}

const build = (schedules: Readonly<Record<string, Given>>) => (stack: Stack) => {
  const code = Code.fromInline('exports.handler = async (event) => console.log(JSON.stringify({ ...event, at: Date.now() }));');
  const target = new LambdaFunction(stack, 'Target', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
  const role = new Role(stack, 'SchedulerRole', { assumedBy: new ServicePrincipal('scheduler.amazonaws.com') });
  const letters = new Queue(stack, 'Letters');
  target.grantInvoke(role);
  letters.grantSendMessages(role);
  output(stack, 'target', target.functionName);
  output(stack, 'letters', letters.queueUrl);
  for (const [id, { expression, timeZone, windowMinutes, state, retryPolicy }] of Object.entries(schedules)) {
    const { ref } = new CfnSchedule(stack, id, {
      scheduleExpression: expression,
      ...(timeZone && { scheduleExpressionTimezone: timeZone }),
      ...(state && { state }),
      flexibleTimeWindow: windowMinutes ? { mode: 'FLEXIBLE', maximumWindowInMinutes: windowMinutes } : { mode: 'OFF' },
      target: {
        arn: target.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ id, due: '<aws.scheduler.scheduled-time>', attempt: '<aws.scheduler.attempt-number>' }),
        deadLetterConfig: { arn: letters.queueArn },
        ...(retryPolicy && { retryPolicy }),
      },
    });
    output(stack, `${id}Name`, ref);
  }
};

let aws: Aws;
afterEach(() => aws.stop());

async function open(schedules: Readonly<Record<string, Given>>): Promise<void> {
  aws = await startAws({ assembly: synthesiseStack(build(schedules)), now: () => start });
  await aws.deploy();
}

interface Started {
  readonly id: string;
  readonly due: string;
  readonly attempt: string;
  readonly at: number;
}

/** What the function was started for, from its log. */
const started = (id: string): readonly Started[] =>
  aws
    .logs(aws.outputs('Test').target ?? '')
    .flatMap((line) => (line.includes('"due"') ? [JSON.parse(line.slice(line.indexOf('{'))) as Started] : []))
    .filter((each) => each.id === id);
const dues = (id: string) => started(id).map(({ due }) => due);

test('nothing is due by the clock before the timetable is started', async () => {
  await open({ hourly: { expression: 'cron(0 * * * ? *)' } });
  await aws.advance(5 * hour);
  expect(dues('hourly')).toEqual([]);
  aws.timetable.start();
  await aws.advance(2 * hour);
  expect(dues('hourly')).toEqual(['2027-03-26T05:00:00Z', '2027-03-26T06:00:00Z', '2027-03-26T07:00:00Z']);
});

test('a time that the clocks skip starts nothing, one that they repeat starts once, and a rate counts hours', async () => {
  await open({
    london: { expression: 'cron(30 1 * * ? *)', timeZone: 'Europe/London' },
    sydney: { expression: 'cron(30 2 ? * SUN *)', timeZone: 'Australia/Sydney' },
    rate: { expression: 'rate(2 days)', timeZone: 'Europe/London' },
    once: { expression: 'at(2027-03-29T06:00:00)', timeZone: 'Europe/London' },
  });
  aws.timetable.start();
  await aws.advance(10 * day);
  expect(dues('london').slice(0, 4)).toEqual([
    '2027-03-26T01:30:00Z',
    '2027-03-27T01:30:00Z',
    '2027-03-29T00:30:00Z',
    '2027-03-30T00:30:00Z',
  ]);
  // 02:30 comes at 15:30 and at 16:30.
  expect(dues('sydney')).toEqual(['2027-03-27T15:30:00Z', '2027-04-03T15:30:00Z']);
  expect(dues('rate')).toEqual(
    ['26', '28', '30']
      .map((date) => `2027-03-${date}T00:00:00Z`)
      .concat('2027-04-01T00:00:00Z', '2027-04-03T00:00:00Z', '2027-04-05T00:00:00Z'),
  );
  expect(dues('once')).toEqual(['2027-03-29T05:00:00Z']);
  expect(
    new Set(
      ['london', 'sydney', 'rate', 'once'].flatMap((id) => started(id).map(({ due, at }) => Math.floor((at - Date.parse(due)) / minute))),
    ),
  ).toEqual(new Set([0]));
});

test('a flexible window is drawn from, and the due time stays what it was', async () => {
  await open({ nightly: { expression: 'cron(0 2 * * ? *)', windowMinutes: 30 } });
  aws.timetable.start();
  await aws.advance(10 * day);
  const late = started('nightly').map(({ due, at }) => (at - Date.parse(due)) / minute);
  expect(dues('nightly')).toHaveLength(10);
  expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...late)).toBeLessThan(31);
  expect(new Set(late.map(Math.round)).size).toBeGreaterThan(5);
});

test('a disabled schedule is not due until it is enabled, and a changed one by what it says now', async () => {
  await open({ off: { expression: 'cron(0 * * * ? *)', state: 'DISABLED' } });
  aws.timetable.start();
  await aws.advance(2 * hour);
  expect(dues('off')).toEqual([]);
  const client = new SchedulerClient(asOperator(aws));
  const Name = aws.outputs('Test').offName ?? '';
  const { FlexibleTimeWindow, Target } = await client.send(new GetScheduleCommand({ Name }));
  const change = (ScheduleExpression: string, State: 'ENABLED' | 'DISABLED') =>
    client.send(new UpdateScheduleCommand({ Name, ScheduleExpression, FlexibleTimeWindow, Target, State }));
  await change('cron(30 * * * ? *)', 'ENABLED');
  await aws.advance(hour);
  await change('cron(30 * * * ? *)', 'DISABLED');
  await aws.advance(hour);
  expect(dues('off')).toEqual(['2027-03-26T02:30:00Z']);
});

test('a delivery that fails is tried again later and later, and ends in the dead-letter queue by number or by age', async () => {
  const policy = (maximumRetryAttempts: number, maximumEventAgeInSeconds: number) => ({ maximumRetryAttempts, maximumEventAgeInSeconds });
  await open({
    few: { expression: 'cron(0 1 * * ? *)', retryPolicy: policy(2, 3600) },
    young: { expression: 'cron(0 5 * * ? *)', retryPolicy: policy(185, 60) },
  });
  aws.timetable.start();
  const role = /SchedulerRole/;
  aws.faults.once({ service: 'lambda', principal: role }, { kind: 'error' });
  aws.faults.once({ service: 'lambda', principal: role }, { kind: 'throttle' });
  await aws.advance(2 * hour);
  const [only, ...others] = started('few');
  expect(others).toEqual([]);
  expect(only).toMatchObject({ due: '2027-03-26T01:00:00Z', attempt: '3' });
  // A second, then two.
  expect(Math.round(((only?.at ?? 0) - Date.parse('2027-03-26T01:00:00Z')) / 1000)).toBe(3);
  aws.faults.always({ service: 'lambda', principal: role }, { kind: 'error' });
  await aws.advance(day);
  const { Messages = [] } = await new SQSClient(asOperator(aws)).send(
    new ReceiveMessageCommand({ QueueUrl: aws.outputs('Test').letters, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] }),
  );
  const letters = Messages.map(({ Body = '', MessageAttributes = {} }) => [
    (JSON.parse(Body) as Started).id,
    MessageAttributes.EXHAUSTED_RETRY_CONDITION?.StringValue,
    MessageAttributes.ERROR_CODE?.StringValue,
  ]);
  expect(letters).toEqual([
    ['young', 'MaximumEventAgeInSeconds', 'ServiceException'],
    ['few', 'MaximumRetryAttempts', 'ServiceException'],
  ]);
});
