import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { context, everything, resources, type Stacks, stacksOf } from './stacks.ts';

interface Statement {
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

let stacks: Stacks;
beforeAll(async () => {
  stacks = await stacksOf('everything', { stages: { everything } });
});

function policy(name: string) {
  const found = resources(stacks.foundation, 'AWS::IAM::ManagedPolicy').find(([id]) => id.startsWith(`Policies${name}`));
  if (!found) throw new Error(`There is no policy ${name}.`);
  const { Statement } = found[1].Properties.PolicyDocument as { Statement: readonly Statement[] };
  return { properties: found[1].Properties, statements: Statement, actions: Statement.flatMap(({ Action }) => Action).toSorted() };
}

describe('what people may do', () => {
  it('is attached to nobody until a company does it', () => {
    for (const name of ['Reader', 'Operator', 'Approver']) {
      for (const key of ['Roles', 'Users', 'Groups', 'ManagedPolicyName']) expect(policy(name).properties).not.toHaveProperty(key);
      stacks.foundation.hasOutput(`${name}PolicyArn`, {});
    }
  });

  it('as a reader is to find and open reports', () => {
    const { actions, statements } = policy('Reader');
    expect(actions).toEqual(['cloudformation:DescribeStacks', 'kms:Decrypt', 's3:GetObject', 's3:ListBucket']);
    expect(JSON.stringify(statements.find(({ Action }) => Action === 's3:GetObject'))).toContain('/reports/*');
    expect(statements.find(({ Action }) => Action === 's3:ListBucket')?.Condition).toEqual({ StringLike: { 's3:prefix': ['reports/*'] } });
  });

  it('as an operator is to run, look and redrive in this stage, never to read reports, plans or credentials', () => {
    const { actions, statements } = policy('Operator');
    expect(actions).toEqual([
      'cloudformation:DescribeStacks',
      'dynamodb:GetItem',
      'dynamodb:GetItem',
      'dynamodb:Query',
      'dynamodb:Scan',
      'kms:Decrypt',
      'lambda:GetFunctionConfiguration',
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
      'logs:FilterLogEvents',
      'sqs:ChangeMessageVisibility',
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ReceiveMessage',
      'sqs:SendMessage',
      'sqs:StartMessageMoveTask',
    ]);
    const wide = statements.filter(({ Resource }) => /:(function:|log-group:)?\*$/.test(String(Resource)));
    expect(wide).toHaveLength(5);
    for (const { Condition } of wide) {
      expect(Condition).toMatchObject({ StringEquals: { 'aws:ResourceTag/nightporter:stage': 'everything' } });
    }
  });

  it.each([
    ['operator', 'Operator', 'operations'],
    ['approver', 'Approver', 'approvals'],
  ])('as an %s is to call one function, by its URL alone: nobody invokes a job and says who started it', (_, name, endpoint) => {
    const { statements } = policy(name);
    const calls = statements.filter(({ Action }) => /^lambda:Invoke/.test(String(Action)));
    const tags = { 'aws:ResourceTag/nightporter:stage': 'everything', 'aws:ResourceTag/nightporter:endpoint': endpoint };
    expect(calls.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['lambda:InvokeFunctionUrl', { StringEquals: { ...tags, 'lambda:FunctionUrlAuthType': 'AWS_IAM' } }],
      ['lambda:InvokeFunction', { StringEquals: tags, Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } }],
    ]);
  });

  it('as an operator holds for what has the stage’s tag, which is each function, queue and log group', () => {
    for (const type of ['AWS::Lambda::Function', 'AWS::SQS::Queue', 'AWS::Logs::LogGroup']) {
      stacks.jobs.allResourcesProperties(type, { Tags: Match.arrayWith([{ Key: 'nightporter:stage', Value: 'everything' }]) });
    }
  });

  it('as an approver is in no other policy and in no role: nobody else reads plans', () => {
    const { actions } = policy('Approver');
    expect(actions).toEqual([
      'cloudformation:DescribeStacks',
      'dynamodb:Query',
      'kms:Decrypt',
      'kms:Decrypt',
      'lambda:InvokeFunction',
      'lambda:InvokeFunctionUrl',
      's3:GetObject',
      's3:GetObjectVersion',
    ]);
    const others = [...resources(stacks.foundation, 'AWS::IAM::ManagedPolicy'), ...resources(stacks.jobs, 'AWS::IAM::Policy')].filter(
      ([id]) => !id.startsWith('PoliciesApprover'),
    );
    expect(others.length).toBeGreaterThan(5);
    for (const [, { Properties }] of others) expect(JSON.stringify(Properties)).not.toContain('plans/');
  });
});

describe('a workflow that deploys', () => {
  it('is one environment of one repository', () => {
    stacks.deploy?.hasResourceProperties('AWS::IAM::Role', {
      MaxSessionDuration: 3600,
      Path: '/nightporter/everything/',
      AssumeRolePolicyDocument: {
        Statement: [
          {
            Effect: 'Allow',
            Action: 'sts:AssumeRoleWithWebIdentity',
            Principal: { Federated: everything.github.providerArn },
            Condition: {
              StringEquals: {
                'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
                'token.actions.githubusercontent.com:sub': 'repo:example/porter:environment:night',
              },
            },
          },
        ],
      },
    });
  });

  it('may go through CDK’s bootstrap roles and read what is deployed, nothing else', () => {
    const policies = stacks.deploy ? resources(stacks.deploy, 'AWS::IAM::Policy') : [];
    const found = policies.flatMap(([, { Properties }]) => (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement);
    expect(found.map(({ Action }) => Action)).toEqual(['sts:AssumeRole', 'cloudformation:DescribeStacks', 'cloudformation:GetTemplate']);
    for (const arn of [found[0]?.Resource].flat()) expect(JSON.stringify(arn)).toMatch(/cdk-hnb659fds-(deploy|file-publishing)-role/);
    const stacksOf = (statement?: Statement) =>
      [statement?.Resource].flat().map((arn) => /Nightporter-everything-(\w+)/.exec(JSON.stringify(arn))?.[1]);
    expect([stacksOf(found[1]), stacksOf(found[2])]).toEqual([
      ['Jobs', 'Webhooks'],
      ['Deploy', 'Foundation', 'Jobs', 'Webhooks'],
    ]);
  });

  it('goes through the roles of the company’s own bootstrap, where cdk.json names its qualifier', async () => {
    const flags = { ...context, '@aws-cdk/core:bootstrapQualifier': 'ourown' };
    const { deploy, jobs } = await stacksOf('everything', { stages: { everything }, flags });
    const text = JSON.stringify(deploy?.toJSON());
    expect(text).toContain('role/cdk-ourown-deploy-role-');
    expect(text + JSON.stringify(jobs.toJSON())).not.toContain('hnb659fds');
  });

  it('is not there when the stage names no repository', async () => {
    expect((await stacksOf('dev')).deploy).toBeUndefined();
  });
});

it('a permission boundary is on every role', () => {
  for (const template of [stacks.foundation, stacks.jobs, ...(stacks.deploy ? [stacks.deploy] : [])]) {
    for (const [, { Properties }] of resources(template, 'AWS::IAM::Role')) {
      expect(Properties.PermissionsBoundary).toBe(everything.permissionsBoundaryArn);
    }
  }
});
