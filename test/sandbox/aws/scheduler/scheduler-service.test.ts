import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient, UpdateScheduleCommand } from '@aws-sdk/client-scheduler';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let client: SchedulerClient;
let Name: string;

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    const inline = Code.fromInline('exports.handler = async () => 1;');
    const target = new LambdaFunction(stack, 'Target', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: inline });
    const made = new Schedule(stack, 'Nightly', {
      schedule: ScheduleExpression.expression('cron(0 2 * * ? *)'),
      target: new LambdaInvoke(target, { input: ScheduleTargetInput.fromText('{}') }),
    });
    output(stack, 'name', made.scheduleName);
  });
  aws = await startAws({ assembly });
  await aws.deploy();
  client = new SchedulerClient(asOperator(aws));
  Name = aws.outputs('Test').name ?? '';
});
afterAll(() => aws.stop());

const get = () => client.send(new GetScheduleCommand({ Name }));

test('a schedule is told by name and found in the list', async () => {
  expect(await get()).toMatchObject({
    Name,
    State: 'ENABLED',
    ScheduleExpression: 'cron(0 2 * * ? *)',
    FlexibleTimeWindow: { Mode: 'OFF' },
  });
  expect((await client.send(new ListSchedulesCommand({ NamePrefix: Name.slice(0, 6) }))).Schedules).toMatchObject([{ Name }]);
  await expect(client.send(new GetScheduleCommand({ Name: 'nobody' }))).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('a schedule that was disabled does not fire until it is enabled', async () => {
  const { ScheduleExpression: expression, FlexibleTimeWindow, Target } = await get();
  const update = (more: object) =>
    client.send(new UpdateScheduleCommand({ Name, ScheduleExpression: expression, FlexibleTimeWindow, Target, ...more }));
  await update({ State: 'DISABLED' });
  await expect(aws.fire(Name)).rejects.toThrow(`The schedule ${Name} is disabled.`);
  expect((await client.send(new ListSchedulesCommand({ State: 'ENABLED' }))).Schedules).toEqual([]);
  await update({ State: 'ENABLED' });
  expect(await aws.fire(Name)).toMatchObject({ delivery: 'delivered' });
  await expect(update({ ScheduleExpression: 'cron(never)' })).rejects.toMatchObject({ name: 'ValidationException' });
});

test('the version of the bootstrap stack can be read, and no other parameter is there', async () => {
  const ssm = new SSMClient(asOperator(aws));
  const read = (name: string) => ssm.send(new GetParameterCommand({ Name: name }));
  expect(Number((await read('/cdk-bootstrap/hnb659fds/version')).Parameter?.Value)).toBeGreaterThanOrEqual(6);
  await expect(read('/nobody')).rejects.toMatchObject({ name: 'ParameterNotFound' });
});
