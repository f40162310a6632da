import { expect, test } from 'vitest';
import { Authorizer } from './authorize.ts';
import { Identities, type Role } from './identities.ts';
import { parsePolicy } from './policy.ts';

const account = '000000000000';
const bucket = 'arn:aws:s3:::reports';
const key = `arn:aws:kms:eu-west-1:${account}:key/1`;
const statement = (Effect: string, Action: string, Resource = '*', more: object = {}) => ({ Effect, Action, Resource, ...more });
const policy = (...Statement: object[]) => parsePolicy({ Version: '2012-10-17', Statement }, 'test');

function setUp(...statements: object[]): { authorizer: Authorizer; role: Role } {
  const authorizer = new Authorizer(account, 'eu-west-1', Date.now);
  const role = new Identities('eu-west-1').addRole('job', `arn:aws:iam::${account}:role/job`, []);
  if (statements.length > 0) role.policies.set('own', policy(...statements));
  return { authorizer, role };
}

const read = { action: 's3:GetObject', resource: `${bucket}/a` };
const decrypt = { action: 'kms:Decrypt', resource: key };

test('what no policy speaks of is refused', () => {
  const { authorizer, role } = setUp();
  expect(authorizer.decide(role, read)).toEqual({ allowed: false, reason: `No policy of the role allows s3:GetObject on ${bucket}/a.` });
});

test.each(['role', 'resource', 'boundary'])('a deny in the %s beats every allow', (place) => {
  const { authorizer, role } = setUp(statement('Allow', 's3:*'));
  authorizer.setResourcePolicy(bucket, 'allow', policy(statement('Allow', 's3:*', '*', { Principal: '*' })));
  role.boundary = policy(statement('Allow', '*'));
  expect(authorizer.decide(role, read).allowed).toBe(true);
  const deny = statement('Deny', 's3:GetObject', '*', place === 'resource' ? { Principal: '*' } : {});
  if (place === 'role') role.policies.set('deny', policy(deny));
  else if (place === 'boundary') role.boundary = policy(statement('Allow', '*'), deny);
  else authorizer.setResourcePolicy(bucket, 'deny', policy(deny));
  expect(authorizer.decide(role, read)).toMatchObject({ allowed: false, reason: expect.stringContaining('explicit deny') });
});

test('a permissions boundary allows nothing by itself, and nothing passes that it does not allow', () => {
  const { authorizer, role } = setUp(statement('Allow', 's3:GetObject'));
  role.boundary = policy(statement('Allow', 's3:Put*'));
  expect(authorizer.decide(role, read)).toMatchObject({ allowed: false, reason: expect.stringContaining('permissions boundary') });
  expect(authorizer.decide(role, { ...read, action: 's3:PutObject' }).allowed).toBe(false);
  role.boundary = policy(statement('Allow', 's3:*'));
  expect(authorizer.decide(role, read).allowed).toBe(true);
});

test('a key opens by its own policy only, which may hand the decision to the account', () => {
  const { authorizer, role } = setUp(statement('Allow', 'kms:Decrypt'));
  expect(authorizer.decide(role, decrypt).allowed).toBe(false);
  const root = { Principal: { AWS: `arn:aws:iam::${account}:root` } };
  authorizer.setResourcePolicy(key, 'key', policy(statement('Allow', 'kms:*', '*', root)));
  expect(authorizer.decide(role, decrypt).allowed).toBe(true);
  role.policies.clear();
  expect(authorizer.decide(role, decrypt).allowed).toBe(false);
  authorizer.setResourcePolicy(key, 'key', policy(statement('Allow', 'kms:*', '*', { Principal: { AWS: role.arn } })));
  expect(authorizer.decide(role, decrypt).allowed).toBe(true);
});

test('NotAction and NotResource speak of everything else', () => {
  const { authorizer, role } = setUp({ Effect: 'Allow', NotAction: 's3:Delete*', NotResource: `${bucket}/secret/*` });
  expect(authorizer.decide(role, read).allowed).toBe(true);
  expect(authorizer.decide(role, { ...read, action: 's3:DeleteObject' }).allowed).toBe(false);
  expect(authorizer.decide(role, { ...read, resource: `${bucket}/secret/a` }).allowed).toBe(false);
});

test.each<[string, object, string]>([
  [
    'an element',
    { Sid: 'x', Effect: 'Allow', Action: '*', Resource: '*', NotPrincipal: '*' },
    'the sandbox does not know the policy element NotPrincipal.',
  ],
  ['an effect', { Effect: 'allow', Action: '*', Resource: '*' }, "a policy statement's Effect must be Allow or Deny."],
  [
    'a principal',
    { Effect: 'Allow', Action: '*', Principal: { Federated: 'x' } },
    'the sandbox does not know the principal type Federated.',
  ],
  [
    'a variable in a condition',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's policy variable
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringLike: { 's3:prefix': '${aws:username}/*' } } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's policy variable
    'the sandbox does not know the policy variable in ${aws:username}/*.',
  ],
])('%s that the sandbox does not know is refused where it is deployed', (_, odd, sentence) => {
  expect(() => policy(odd)).toThrow(`test: ${sentence}`);
});

test('an operator that cannot be judged refuses even beside an allow', () => {
  const { authorizer, role } = setUp(
    statement('Allow', '*'),
    statement('Allow', 's3:*', '*', { Condition: { IpAddress: { 'aws:PrincipalArn': 'x' } } }),
  );
  expect(authorizer.decide(role, read)).toEqual({
    allowed: false,
    reason: 'The sandbox cannot judge the condition operator IpAddress, so it refuses.',
  });
});

test('a function’s tags are known, and so are those of its versions and executions; tags of anything else are not', () => {
  const tagged = { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'dev' } } };
  const { authorizer, role } = setUp(statement('Allow', 'lambda:*', '*', tagged), statement('Allow', 's3:*', '*', tagged));
  const arn = `arn:aws:lambda:eu-west-1:${account}:function:job`;
  const allowed = (resource: string, action = 'lambda:InvokeFunction') => authorizer.decide(role, { action, resource }).allowed;
  expect(allowed(arn)).toBe(false);
  authorizer.setTags(arn, { stage: 'dev' });
  expect([arn, `${arn}:live`, `${arn}:1/durable-execution/a/b`].map((resource) => allowed(resource))).toEqual([true, true, true]);
  authorizer.setTags(arn, { stage: 'production' });
  expect(allowed(arn)).toBe(false);
  expect(authorizer.decide(role, read)).toMatchObject({ allowed: false, reason: expect.stringContaining('cannot judge') });
});
