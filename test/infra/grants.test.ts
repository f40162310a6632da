import type { ScheduledJob } from 'nightporter';
import { beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../../infra/discover.ts';
import { callsBox, enabledJobs } from '../../infra/enabled-jobs.ts';
import { callsAsServiceAccount } from '../../infra/service-account-calls.ts';
import { readStage } from '../../infra/settings.ts';
import { everything, resources, root, stacksOf } from './stacks.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Why a job's role may do something: what it may do, on what, and what of the declaration asks for it. */
interface Reason {
  readonly because: string;
  readonly actions: readonly string[];
  /** In the resource as it stands in the template. */
  readonly on: RegExp;
  /** In the condition as it stands in the template. */
  readonly when?: RegExp;
  isDeclared(job: ScheduledJob): boolean;
}

const always = () => true;
const isDurable = ({ shape }: ScheduledJob) => shape !== 'plain';
const tableKey = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'].map((name) => `kms:${name}`);
const interfaces = ['AssignPrivateIpAddresses', 'CreateNetworkInterface', 'DeleteNetworkInterface', 'DescribeNetworkInterfaces'];

const reasons: readonly Reason[] = [
  { because: 'it logs', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], on: /RunLogs/, isDeclared: always },
  { because: 'its failed runs are kept', actions: ['sqs:SendMessage'], on: /RunFailures/, isDeclared: always },
  {
    because: 'it claims its due time',
    actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    on: /Runs/,
    isDeclared: always,
  },
  { because: 'the table of claims is encrypted', actions: tableKey, on: /DataKey/, when: /dynamodb\./, isDeclared: always },
  {
    because: 'it calls Box, with the credentials that serve',
    actions: ['secretsmanager:GetSecretValue'],
    on: /BoxApp\w+Secret/,
    when: /VersionStage":"AWSCURRENT".*VersionId":"true"/,
    isDeclared: callsBox,
  },
  { because: 'its secret is encrypted', actions: ['kms:Decrypt'], on: /BoxApp\w+Key/, when: /secretsmanager\./, isDeclared: callsBox },
  {
    because: 'the stage shares tokens, each with the jobs of its own app',
    actions: ['dynamodb:GetItem', 'dynamodb:UpdateItem'],
    on: /Tokens/,
    when: /LeadingKeys":\["?.*token /,
    isDeclared: callsBox,
  },
  {
    because: 'shared tokens are encrypted',
    actions: ['kms:Encrypt', 'kms:Decrypt'],
    on: /TokensKey/,
    when: /EncryptionContext/,
    isDeclared: callsBox,
  },
  {
    because: 'it calls as the service account of its app, with others who have to be told of its limit, and heard',
    actions: ['dynamodb:PutItem', 'dynamodb:Query'],
    on: /Runs/,
    when: /ForAllValues:StringEquals":\{"dynamodb:LeadingKeys":\["?limits#default"?\]/,
    isDeclared: (job) => callsAsServiceAccount(job) && !isDurable(job) && !uses('webhooks:reconcile')(job),
  },
  { because: 'it sums up what its shards did', actions: ['dynamodb:PutItem', 'dynamodb:Query'], on: /Runs/, isDeclared: isDurable },
  { because: 'it keeps its roster', actions: ['s3:GetObject', 's3:PutObject'], on: /\/rosters\/[a-z-]+\/\*/, isDeclared: isDurable },
  {
    because: 'reports:write',
    actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
    on: /\/reports\/[a-z-]+\/\*/,
    isDeclared: uses('reports:write'),
  },
  {
    because: 'reports are encrypted',
    actions: ['kms:GenerateDataKey', 'kms:Decrypt'],
    on: /DataKey/,
    when: /s3\./,
    isDeclared: uses('reports:write'),
  },
  { because: 'runs:watch', actions: ['dynamodb:PutItem', 'dynamodb:Query'], on: /Runs/, isDeclared: uses('runs:watch') },
  { because: 'runs:watch of runs in steps', actions: ['lambda:GetDurableExecution'], on: /RunFunction/, isDeclared: uses('runs:watch') },
  {
    because: 'the stage has a network of its own',
    actions: [...interfaces, 'DescribeSubnets', 'UnassignPrivateIpAddresses'].map((name) => `ec2:${name}`),
    on: /^"\*"$/,
    isDeclared: always,
  },
];

function uses(capability: ScheduledJob['uses'][number]): Reason['isDeclared'] {
  return (job) => job.uses.includes(capability);
}

/** CDK puts statements on one resource together, so each action is looked at by itself. */
interface Permission {
  readonly action: string;
  readonly resource: string;
  readonly condition: string;
}

function permissionsOf({ Action, Resource, Condition }: Statement): readonly Permission[] {
  const resource = JSON.stringify(Resource);
  const condition = JSON.stringify(Condition ?? '');
  return [Action].flat().map((action) => ({ action, resource, condition }));
}

function explains({ actions, on, when }: Reason, { action, resource, condition }: Permission): boolean {
  return actions.includes(action) && on.test(resource) && (when ?? /^""$/).test(condition);
}

let found: readonly { readonly job: string; readonly declaration: ScheduledJob; readonly statements: readonly Statement[] }[];
beforeAll(async () => {
  const stages = { everything };
  const { jobs } = await stacksOf('everything', { stages });
  found = enabledJobs(readStage(stages, 'everything'), await discover(root)).map(({ id, declaration }) => {
    const policies = resources(jobs, 'AWS::IAM::Policy').filter(([logicalId]) => logicalId.startsWith(`${id.replaceAll('-', '')}RunRole`));
    const statements = policies.flatMap(
      ([, { Properties }]) => (Properties.PolicyDocument as { Statement: readonly Statement[] }).Statement,
    );
    return { job: id, declaration, statements };
  });
});

describe('every grant of every job', () => {
  it('has a reason in what the job declares or in what every job does', () => {
    expect(found.length).toBeGreaterThan(3);
    for (const { job, declaration, statements } of found) {
      const unexplained = statements
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap(permissionsOf)
        .filter((permission) => !reasons.some((reason) => reason.isDeclared(declaration) && explains(reason, permission)));
      expect(unexplained, job).toEqual([]);
    }
  });

  it('that is declared is there', () => {
    for (const { job, declaration, statements } of found) {
      const granted = statements.flatMap(permissionsOf);
      const missing = reasons
        .filter(({ isDeclared }) => isDeclared(declaration))
        .filter((reason) => !reason.actions.every((action) => granted.some((each) => each.action === action && explains(reason, each))));
      expect(
        missing.map(({ because }) => because),
        job,
      ).toEqual([]);
    }
  });

  it('would be found without a reason: one action more, another resource, no condition', () => {
    const [reason] = reasons.filter(({ because }) => because === 'reports are encrypted');
    const right: Permission = { action: 'kms:Decrypt', resource: 'DataKey', condition: 's3.' };
    const explained = (permission: Permission) => reason !== undefined && explains(reason, permission);
    expect(explained(right)).toBe(true);
    expect(explained({ ...right, action: 'kms:Sign' })).toBe(false);
    expect(explained({ ...right, resource: 'BoxAppDefaultKey' })).toBe(false);
    expect(explained({ ...right, condition: '""' })).toBe(false);
  });

  it('on network interfaces is for Lambda, and not for the code', () => {
    for (const { statements } of found) {
      const denied = statements.filter(({ Effect }) => Effect === 'Deny');
      expect(denied).toHaveLength(1);
      expect(denied[0]?.Condition).toEqual({ Null: { 'lambda:SourceFunctionArn': 'false' } });
    }
  });
});
