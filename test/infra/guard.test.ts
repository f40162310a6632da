import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { everything, stages as ordinary, root, stacksOf } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

const stages = { ...ordinary, everything };
const rules = join(root, 'infra/guard');
// cfn-guard comes as a program, and not for Windows: there the rules are left to the pipeline.
const hasGuard = process.platform !== 'win32';

/** The rules that this template breaks. */
function broken(...templates: readonly object[]): readonly string[] {
  const folder = temporaryFolder();
  const templatePaths = templates.map((template, index) => {
    const path = join(folder, `${index}.template.json`);
    writeFileSync(path, JSON.stringify(template));
    return path;
  });
  const { violations } = new CfnGuardValidator({ controlTowerRulesEnabled: false, rules: [rules] }).validate({
    templatePaths,
    appConstruct: new App(),
  });
  return [...new Set(violations.map(({ ruleName }) => ruleName))].toSorted();
}

const resource = (Type: string, Properties: object) => ({ Resources: { It: { Type, Properties } } });
const policyThat = (...Statement: readonly object[]) => ({ Bucket: 'b', PolicyDocument: { Statement } });
const tls = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
const blocked = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };

const kinds = {
  bucket: ['AWS::S3::Bucket', 'AWS::S3::BucketPolicy', (Ref: string) => ({ Bucket: { Ref } })],
  queue: ['AWS::SQS::Queue', 'AWS::SQS::QueuePolicy', (Ref: string) => ({ Queues: [{ Ref }] })],
  topic: ['AWS::SNS::Topic', 'AWS::SNS::TopicPolicy', (Ref: string) => ({ Topics: [{ Ref }] })],
} as const;

/** @param policies by logical id, those of each bucket, queue or topic; all of them refuse requests without TLS */
function holding(kind: keyof typeof kinds, policies: Readonly<Record<string, readonly string[]>>): object {
  const [Type, policyType, on] = kinds[kind];
  const PublicAccessBlockConfiguration = blocked;
  const Resources = Object.entries(policies).flatMap(([id, names]) => [
    [id, { Type, Properties: kind === 'bucket' ? { PublicAccessBlockConfiguration } : {} }] as const,
    ...names.map((name) => [name, { Type: policyType, Properties: { ...policyThat(tls), ...on(id) } }] as const),
  ]);
  return { Resources: Object.fromEntries(Resources) };
}

const variables = (Variables: object) => resource('AWS::Lambda::Function', { Environment: { Variables } });

const violating: readonly (readonly [string, string, object])[] = [
  ['no_public_bucket_settings', 'a bucket without settings', resource('AWS::S3::Bucket', {})],
  [
    'no_public_bucket_settings',
    'a bucket with one of four settings off',
    resource('AWS::S3::Bucket', { PublicAccessBlockConfiguration: { ...blocked, RestrictPublicBuckets: false } }),
  ],
  [
    'no_public_bucket_policy',
    'a bucket that everybody may read',
    resource('AWS::S3::BucketPolicy', policyThat(tls, { Effect: 'Allow', Principal: '*', Action: 's3:GetObject' })),
  ],
  [
    'no_public_bucket_policy',
    'a bucket that every account may read',
    resource('AWS::S3::BucketPolicy', policyThat(tls, { Effect: 'Allow', Principal: { AWS: '*' }, Action: 's3:GetObject' })),
  ],
  [
    'tls_only',
    'a policy that refuses nothing',
    resource('AWS::SQS::QueuePolicy', policyThat({ Effect: 'Allow', Principal: { AWS: '1' }, Action: 'sqs:SendMessage' })),
  ],
  ['tls_only', 'a policy that refuses one caller only', resource('AWS::SQS::QueuePolicy', policyThat({ ...tls, Principal: { AWS: '1' } }))],
  ...(['bucket', 'queue', 'topic'] as const).flatMap((kind) => [
    [`tls_policy_of_${kind}`, `a ${kind} without a policy`, holding(kind, { One: [] })] as const,
    [`tls_policy_of_${kind}`, `a ${kind} beside one with a policy`, holding(kind, { One: ['Policy'], Other: [] })] as const,
    [`tls_policy_of_${kind}`, `a ${kind} beside one with two policies`, holding(kind, { One: ['Policy', 'Second'], Other: [] })] as const,
  ]),
  ['no_wildcard_action', 'every action', resource('AWS::IAM::Policy', policyThat({ Effect: 'Allow', Action: '*', Resource: 'x' }))],
  [
    'no_wildcard_action',
    'every action of a service, in a list',
    resource('AWS::IAM::ManagedPolicy', policyThat({ Effect: 'Allow', Action: ['s3:GetObject', 's3:Put*'], Resource: 'x' })),
  ],
  [
    'no_wildcard_action',
    'all actions but one',
    resource('AWS::IAM::Policy', policyThat({ Effect: 'Allow', NotAction: 'iam:PassRole', Resource: 'x' })),
  ],
  [
    'no_wildcard_action_inline',
    'a role with a wildcard of its own',
    resource('AWS::IAM::Role', { Policies: [policyThat({ Effect: 'Allow', Action: 'kms:*', Resource: 'x' })] }),
  ],
  [
    'no_foreign_managed_policy',
    'a role with a policy of AWS',
    resource('AWS::IAM::Role', { ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
  ],
  ...['BOX_CLIENT_SECRET', 'DB_PASSWORD', 'ACCESS_TOKEN', 'API_KEY', 'clientId'].map(
    (name) => ['no_secret_in_environment', `a variable ${name}`, variables({ [name]: 'x' })] as const,
  ),
  ['no_key_in_environment', 'an access key', variables({ OTHER: 'AKIAABCDEFGHIJKLMNOP' })],
  ['no_key_in_environment', 'a private key', variables({ OTHER: '-----BEGIN ' + 'PRIVATE KEY-----' })],
];

describe.skipIf(!hasGuard)(`our own rules${hasGuard ? '' : ' (skipped: there is no cfn-guard for Windows)'}`, { timeout: 120_000 }, () => {
  it.each(violating)('%s finds %s', (rule, _, template) => {
    expect(broken(template)).toContain(rule);
  });

  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('let a %s be that has a policy of its own, whatever else stands there', (kind) => {
    expect(broken(holding(kind, { One: ['Policy'], Other: ['Second', 'Third'] }))).toEqual([]);
  });

  it('have each been seen to fail', () => {
    const written = readdirSync(rules).flatMap((file) => [...readFileSync(join(rules, file), 'utf8').matchAll(/^rule (\w+)/gm)]);
    expect(written.map(([, name]) => name).toSorted()).toEqual([...new Set(violating.map(([rule]) => rule))].toSorted());
  });

  it.each(Object.keys(stages))('find nothing in stage %s', async (stageName) => {
    const { foundation, jobs, webhooks, deploy } = await stacksOf(stageName, { stages });
    const made = [foundation, jobs, webhooks, deploy].filter((template) => template !== undefined);
    expect(broken(...made.map((template) => template.toJSON()))).toEqual([]);
  });
});
