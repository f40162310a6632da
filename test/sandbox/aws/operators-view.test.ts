import { CloudFormationClient, DescribeStacksCommand, GetTemplateCommand, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Duration, type Stack } from 'aws-cdk-lib';
import { AccountRootPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs, actor, asOperator } from './fixture/act-as.ts';
import { output, synthesiseStack } from './fixture/synthesise.ts';
import { type Aws, startAws } from './index.ts';

let aws: Aws;
let outputs: Readonly<Record<string, string>>;
let now = Date.parse('2026-11-22T02:00:00Z');

function build(stack: Stack): void {
  const inline = 'exports.handler = async ({ lines }) => { for (const line of lines) console.log(line); };';
  const logGroup = new LogGroup(stack, 'Lines');
  const talker = new LambdaFunction(stack, 'Talker', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(inline),
    timeout: Duration.seconds(10),
    logGroup,
  });
  output(stack, 'talker', talker.functionName);
  output(stack, 'group', logGroup.logGroupName);
  const mute = new LambdaFunction(stack, 'Mute', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(inline),
    role: new Role(stack, 'MuteRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }).withoutPolicyUpdates(),
  });
  output(stack, 'mute', mute.functionName);
  const trusted = actor(stack, 'trusted');
  actor(stack, 'stranger');
  const assumable = new Role(stack, 'Assumable', { assumedBy: trusted.grantPrincipal });
  output(stack, 'assumable', assumable.roleArn);
  output(stack, 'forPeople', new Role(stack, 'ForPeople', { assumedBy: new AccountRootPrincipal() }).roleArn);
}

beforeAll(async () => {
  aws = await startAws({ assembly: synthesiseStack(build), now: () => now });
  await aws.deploy();
  outputs = aws.outputs('Test');
});
afterAll(() => aws.stop());

test('CloudFormation tells of stacks by name, by id and all at once', async () => {
  const client = new CloudFormationClient(asOperator(aws));
  const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: 'Test' }));
  expect(stack).toMatchObject({ StackName: 'Test', StackStatus: 'CREATE_COMPLETE', CreationTime: new Date(now) });
  expect(Object.fromEntries((stack?.Outputs ?? []).map(({ OutputKey = '', OutputValue }) => [OutputKey, OutputValue]))).toEqual(outputs);
  expect((await client.send(new DescribeStacksCommand({}))).Stacks).toEqual([stack]);
  expect((await client.send(new DescribeStacksCommand({ StackName: stack?.StackId }))).Stacks).toEqual([stack]);
  await expect(client.send(new DescribeStacksCommand({ StackName: 'Nobody' }))).rejects.toMatchObject({
    name: 'ValidationError',
    message: 'Stack with id Nobody does not exist',
  });
});

test('CloudFormation gives the template back and lists what stands for each logical id', async () => {
  const client = new CloudFormationClient(asOperator(aws));
  const { TemplateBody = '{}' } = await client.send(new GetTemplateCommand({ StackName: 'Test' }));
  expect(Object.keys((JSON.parse(TemplateBody) as { Outputs: object }).Outputs)).toEqual(Object.keys(outputs));
  const { StackResourceSummaries = [] } = await client.send(new ListStackResourcesCommand({ StackName: 'Test' }));
  expect(StackResourceSummaries.find(({ PhysicalResourceId }) => PhysicalResourceId === outputs.talker)).toMatchObject({
    ResourceType: 'AWS::Lambda::Function',
    ResourceStatus: 'CREATE_COMPLETE',
  });
});

test('everybody may ask who they are', async () => {
  const operator = await new STSClient(asOperator(aws)).send(new GetCallerIdentityCommand({}));
  expect(operator).toMatchObject({ Account: '000000000000', Arn: 'arn:aws:sts::000000000000:assumed-role/operator/desk' });
  const stranger = await new STSClient(await actAs(aws, 'stranger')).send(new GetCallerIdentityCommand({}));
  expect(stranger.Arn).toMatch(/^arn:aws:sts::000000000000:assumed-role\/Test-stranger/);
});

test('a role is assumed by whom its trust policy names, and by nobody else', async () => {
  const assume = async (who: Promise<ConstructorParameters<typeof STSClient>[0]>, RoleArn: string | undefined) =>
    new STSClient((await who) ?? {}).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'night', DurationSeconds: 900 }));
  await expect(assume(actAs(aws, 'stranger'), outputs.assumable)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(assume(Promise.resolve(asOperator(aws)), outputs.assumable)).rejects.toMatchObject({ name: 'AccessDenied' });
  await expect(assume(actAs(aws, 'trusted'), outputs.forPeople)).rejects.toMatchObject({ name: 'AccessDenied' });
  expect((await assume(Promise.resolve(asOperator(aws)), outputs.forPeople)).Credentials?.AccessKeyId).toMatch(/^ASIA/);
  const { Credentials, AssumedRoleUser } = await assume(actAs(aws, 'trusted'), outputs.assumable);
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken = '' } = Credentials ?? {};
  const session = new STSClient({ ...asOperator(aws), credentials: { accessKeyId, secretAccessKey, sessionToken } });
  expect((await session.send(new GetCallerIdentityCommand({}))).Arn).toBe(AssumedRoleUser?.Arn);
  expect(AssumedRoleUser?.Arn).toMatch(/\/night$/);
  now += 901_000;
  await expect(session.send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({ name: 'ExpiredToken' });
});

test('log events are found by group, time, stream and pattern, page by page', async () => {
  const client = new CloudWatchLogsClient(asOperator(aws));
  const logGroupName = outputs.group;
  const startTime = now;
  const lines = ['first light', '{"level":"ERROR","code":7,"run":{"job":"grant-check"}}', '{"level":"INFO","code":3}', 'a second light'];
  await aws.invoke(outputs.talker ?? '', { lines });
  const find = async (filterPattern?: string) =>
    ((await client.send(new FilterLogEventsCommand({ logGroupName, startTime, filterPattern }))).events ?? []).map(
      ({ message }) => message,
    );
  expect((await find()).filter((line) => lines.some((each) => line?.includes(each)))).toHaveLength(4);
  expect(await find('"second light"')).toMatchObject([expect.stringContaining('a second light')]);
  expect(await find('light -first')).toHaveLength(1);
  expect(await find('?first ?second')).toHaveLength(2);
  await expect(find('[a, b]')).rejects.toMatchObject({ name: 'InvalidParameterException' });
  const first = await client.send(new FilterLogEventsCommand({ logGroupName, startTime, limit: 1 }));
  const second = await client.send(new FilterLogEventsCommand({ logGroupName, startTime, limit: 1, nextToken: first.nextToken }));
  expect(second.events?.[0]?.eventId).not.toBe(first.events?.[0]?.eventId);
  expect((await client.send(new FilterLogEventsCommand({ logGroupName, endTime: startTime - 1 }))).events).toEqual([]);
  const { logStreams: [stream] = [] } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
  const { events } = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName: stream?.logStreamName }));
  expect(events?.length).toBeGreaterThanOrEqual(4);
  const { logGroups = [] } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }));
  expect(logGroups).toMatchObject([{ logGroupName }]);
  await expect(client.send(new FilterLogEventsCommand({ logGroupName: 'nobody' }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('what a role may not log is lost, and the journal says why', async () => {
  const name = outputs.mute ?? '';
  await aws.invoke(name, { lines: ['unheard'] });
  expect(aws.logs(name)).toEqual([]);
  expect(aws.journal.calls({ service: 'logs', allowed: false })).toMatchObject([{ action: 'logs:CreateLogGroup' }]);
});
