import { type App, Stack } from 'aws-cdk-lib';
import { Alarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { expect, test } from 'vitest';
import type { Template, TemplateResource } from '../assembly.ts';
import { assemble } from '../fixture/assemble.ts';
import { output, synthesise, synthesiseStack } from '../fixture/synthesise.ts';
import { startAws } from '../index.ts';

async function deploy(assembly: string) {
  const aws = await startAws({ assembly });
  try {
    return await aws.deploy();
  } finally {
    await aws.stop();
  }
}

const refusal = (template: Template) => deploy(assemble(template)).catch((error: Error) => error.message);

test('stacks deploy in the order of their dependencies, and exports reach the stacks that import them', async () => {
  const assembly = synthesise((app: App) => {
    const jobs = new Stack(app, 'AJobs');
    const foundation = new Stack(app, 'Foundation');
    const bucket = new Bucket(foundation, 'Bucket');
    new LogGroup(jobs, 'Log');
    output(jobs, 'bucket', bucket.bucketName);
    output(foundation, 'bucket', bucket.bucketName);
  });
  const { stacks, resources } = await deploy(assembly);
  expect(resources).toBe(2);
  expect(stacks.AJobs?.outputs.bucket).toBe(stacks.Foundation?.outputs.bucket);
  expect(stacks.AJobs?.outputs.bucket).toMatch(/^foundation-bucket[0-9a-z]+-[0-9a-f]{12}$/);
});

test('intrinsics and conditions resolve as in CloudFormation', async () => {
  const queue = { Type: 'AWS::SQS::Queue' };
  const { stacks } = await deploy(
    assemble({
      Parameters: {
        Name: { Type: 'String', Default: 'jobs' },
        BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
      },
      Mappings: { Zones: { london: { code: 'eu-west-2' } } },
      Conditions: {
        Here: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
        Nowhere: {
          'Fn::Or': [{ 'Fn::Not': [{ Condition: 'Here' }] }, { 'Fn::And': [{ Condition: 'Here' }, { 'Fn::Equals': ['a', 'b'] }] }],
        },
      },
      Resources: {
        Later: { ...queue, Properties: { QueueName: { 'Fn::Join': ['-', ['after', { 'Fn::GetAtt': ['Queue', 'QueueName'] }]] } } },
        Queue: { ...queue, Properties: { QueueName: { Ref: 'Name' }, DelaySeconds: { Ref: 'AWS::NoValue' } } },
        Unwanted: { ...queue, Condition: 'Nowhere' },
      },
      Outputs: {
        joined: { Value: { 'Fn::GetAtt': 'Later.QueueName' } },
        substituted: {
          Value: {
            // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders
            'Fn::Sub': ['${AWS::Partition} ${Queue.Arn} ${own} ${!literal}', { own: { 'Fn::Select': [1, { 'Fn::Split': ['/', 'x/y'] }] } }],
          },
        },
        chosen: { Value: { 'Fn::If': ['Nowhere', 'yes', { 'Fn::If': ['Here', 'here', 'there'] }] } },
        found: { Value: { 'Fn::FindInMap': ['Zones', 'london', 'code'] } },
        left: { Value: 'out', Condition: 'Nowhere' },
      },
    }),
  );
  expect(stacks.Test?.outputs).toEqual({
    joined: 'after-jobs',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders
    substituted: 'aws arn:aws:sqs:eu-west-1:000000000000:jobs y ${literal}',
    chosen: 'here',
    found: 'eu-west-2',
  });
  expect(Object.keys(stacks.Test?.resources ?? {})).toEqual(['Queue', 'Later']);
});

test('what has no effect here is accepted by name', async () => {
  const { resources } = await deploy(
    synthesiseStack((stack) => {
      new LogGroup(stack, 'Log');
      new Alarm(stack, 'Alarm', { metric: new Metric({ namespace: 'Shop', metricName: 'Sold' }), threshold: 1, evaluationPeriods: 1 });
    }),
  );
  expect(resources).toBe(2);
});

test.each<[string, Template, string]>([
  [
    'a type of resource',
    { Resources: { Phone: { Type: 'AWS::Connect::Phone' } } },
    'Test/Phone (AWS::Connect::Phone): the sandbox does not know this type of resource.',
  ],
  [
    'a property',
    { Resources: { Copied: { Type: 'AWS::S3::Bucket', Properties: { ReplicationConfiguration: {} } } } },
    'Test/Copied (AWS::S3::Bucket): the sandbox does not know the property ReplicationConfiguration.',
  ],
  [
    'an intrinsic',
    { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Transform': {} } } } } },
    'Test/Queue (AWS::SQS::Queue): the sandbox does not know the intrinsic Fn::Transform.',
  ],
  [
    'an attribute',
    { Resources: { Queue: { Type: 'AWS::SQS::Queue' } }, Outputs: { odd: { Value: { 'Fn::GetAtt': ['Queue', 'Colour'] } } } },
    'Test/odd (output): the sandbox does not know the attribute Queue.Colour.',
  ],
  [
    'a dynamic reference',
    { Outputs: { name: { Value: '{{resolve:ssm:/name}}' } } },
    'Test/name (output): the sandbox does not know dynamic references ({{resolve:ssm:/name}}).',
  ],
  [
    'an export of nobody',
    { Outputs: { name: { Value: { 'Fn::ImportValue': 'Nobody' } } } },
    'Test/name (output): no stack exports Nobody.',
  ],
  [
    'a parameter without a value',
    { Parameters: { Name: { Type: 'String' } }, Outputs: { name: { Value: { Ref: 'Name' } } } },
    'Test/name (output): the parameter Name has no value.',
  ],
  ['a resource without a type', { Resources: { Queue: {} as TemplateResource } }, 'Test/Queue: a resource without a type.'],
  [
    'a reference to nothing',
    { Resources: { Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { Ref: 'Gone' } } } } },
    'Test/Queue (AWS::SQS::Queue): Gone is not deployed.',
  ],
  [
    'a dependency on nothing',
    { Resources: { Queue: { Type: 'AWS::SQS::Queue', DependsOn: ['Gone'] } } },
    'Test/Queue (AWS::SQS::Queue): it depends on Gone, which is not in the template.',
  ],
  [
    'a condition that is not there',
    { Resources: { Queue: { Type: 'AWS::SQS::Queue', Condition: 'Gone' } } },
    'Test/Queue (AWS::SQS::Queue): there is no condition Gone.',
  ],
  [
    'resources that need each other',
    { Resources: { A: { Type: 'AWS::SQS::Queue', DependsOn: 'B' }, B: { Type: 'AWS::SQS::Queue', DependsOn: ['A'] } } },
    'Test: the resources A, B refer to each other in a circle.',
  ],
])('%s is refused in one sentence that says where it stands', async (_, template, sentence) => {
  expect(await refusal(template)).toBe(sentence);
});

test.each<[string, object, RegExp]>([
  [
    'another runtime',
    { Runtime: 'python3.13' },
    /^Test\/Function \(AWS::Lambda::Function\): the sandbox runs nodejs22.x and nodejs24.x, not python3.13\.$/,
  ],
  [
    'a layer from elsewhere',
    { Layers: ['arn:aws:lambda:eu-west-1:1:layer:other:1'] },
    /the layer arn:aws:lambda:eu-west-1:1:layer:other:1 is not in the assembly\.$/,
  ],
  ['a network', { VpcConfig: {} }, /does not know the property VpcConfig\.$/],
])('a function with %s is refused', async (_, more, sentence) => {
  expect(await refusal({ Resources: { Role: role('lambda.amazonaws.com'), Function: lambdaFunction(more) } })).toMatch(sentence);
});

test('a function whose role Lambda may not assume is refused', async () => {
  const message = await refusal({ Resources: { Role: role('scheduler.amazonaws.com'), Function: lambdaFunction({}) } });
  expect(message).toMatch(/does not let lambda\.amazonaws\.com assume it\.$/);
});

test.each<[string, object, string]>([
  ['no action', { Effect: 'Allow', Resource: '*' }, 'a policy statement needs an Action or a NotAction.'],
  [
    'an operator that the sandbox cannot judge',
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { IpAddress: {} } },
    'the sandbox does not know the condition operator IpAddress.',
  ],
])('a policy with %s is refused by stack and logical id', async (_, statement, sentence) => {
  const document = { Statement: [statement] };
  const properties = { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: document };
  const Policy = { Type: 'AWS::IAM::Policy', Properties: properties };
  const message = await refusal({ Resources: { Role: role('lambda.amazonaws.com'), Policy } });
  expect(message).toBe(`Test/Policy (AWS::IAM::Policy): ${sentence}`);
});

test('a policy that says more than the sandbox can judge is refused', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's policy variable
  const resource = 'arn:aws:s3:::b/${aws:username}';
  const statement = { Effect: 'Allow', Action: 's3:*', Resource: resource };
  const policy = {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [statement] } },
  };
  expect(await refusal({ Resources: { Role: role('lambda.amazonaws.com'), Policy: policy } })).toBe(
    `Test/Policy (AWS::IAM::Policy): the sandbox does not know the policy variable in ${resource}.`,
  );
});

function role(service: string): TemplateResource {
  const statement = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: service } };
  return { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Statement: [statement] } } };
}

function lambdaFunction(more: object): TemplateResource {
  const code = { ZipFile: 'exports.handler = async () => 1;' };
  const properties = { Runtime: 'nodejs24.x', Handler: 'index.handler', Code: code, Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, ...more };
  return { Type: 'AWS::Lambda::Function', Properties: properties };
}

test('a schedule in a group that does not exist is refused', async () => {
  const target = { Arn: { 'Fn::GetAtt': ['Function', 'Arn'] }, RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] } };
  const properties = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' }, Target: target, GroupName: 'nights' };
  const Schedule = { Type: 'AWS::Scheduler::Schedule', Properties: properties };
  const message = await refusal({ Resources: { Role: role('lambda.amazonaws.com'), Function: lambdaFunction({}), Schedule } });
  expect(message).toBe('Test/Schedule (AWS::Scheduler::Schedule): there is no schedule group nights.');
});

test('a stack whose termination protection is on is not destroyed, until a deployment has turned it off', async () => {
  const build = (terminationProtection: boolean) =>
    synthesise((app: App) => void new LogGroup(new Stack(app, 'Kept', { terminationProtection }), 'Log'));
  const aws = await startAws({ assembly: build(true) });
  try {
    await aws.deploy();
    await expect(aws.destroy()).rejects.toThrow('The stack Kept cannot be deleted while its termination protection is on.');
    expect(aws.stacks()).toEqual(['Kept']);
    await aws.deploy(build(false));
    await aws.destroy();
    expect(aws.stacks()).toEqual([]);
  } finally {
    await aws.stop();
  }
});

test('a folder that is no assembly is named', async () => {
  await expect(deploy('/nowhere')).rejects.toThrow('/nowhere/manifest.json is no part of a synthesised assembly: run cdk synth first.');
});
