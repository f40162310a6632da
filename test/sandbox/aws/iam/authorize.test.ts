import { expect, test } from 'vitest';
import { Authorizer } from './authorize.ts';
import { Identities, operatorRoleArn, type Role } from './identities.ts';
import { parseIdentityPolicy, parseResourcePolicy, parseTrustPolicy } from './policy.ts';

const account = '000000000000';
const bucket = 'arn:aws:s3:::reports';
const key = `arn:aws:kms:eu-west-1:${account}:key/1`;
const statement = (Effect: string, Action: string, Resource = '*', more: object = {}) => ({ Effect, Action, Resource, ...more });
const policy = (...Statement: object[]) => parseIdentityPolicy({ Version: '2012-10-17', Statement }, 'test');
const onResource = (...Statement: object[]) => parseResourcePolicy({ Version: '2012-10-17', Statement }, 'test');
const trust = (...Statement: object[]) => parseTrustPolicy({ Version: '2012-10-17', Statement }, 'test');

function setUp(...statements: object[]): { authorizer: Authorizer; role: Role } {
  const authorizer = new Authorizer(account, 'eu-west-1', Date.now);
  const role = new Identities('eu-west-1').addRole('job', `arn:aws:iam::${account}:role/job`, []);
  if (statements.length > 0) role.policies.set('own', policy(...statements));
  return { authorizer, role };
}

const read = { action: 's3:GetObject', resource: `${bucket}/a` };
const decrypt = { action: 'kms:Decrypt', resource: key };

const conditioned = (Condition: unknown) => ({ Effect: 'Allow', Action: '*', Resource: '*', Condition });
const owner = (resource: string) => (resource.startsWith(bucket) ? bucket : resource);

test('what no policy speaks of is refused', () => {
  const { authorizer, role } = setUp();
  expect(authorizer.decide(role, read)).toEqual({ allowed: false, reason: `No policy of the role allows s3:GetObject on ${bucket}/a.` });
});

test.each(['role', 'resource', 'boundary'])('a deny in the %s beats every allow', (place) => {
  const { authorizer, role } = setUp(statement('Allow', 's3:*'));
  authorizer.setResourcePolicy(bucket, 'allow', onResource(statement('Allow', 's3:*', '*', { Principal: '*' })));
  role.boundary = policy(statement('Allow', '*'));
  expect(authorizer.decide(role, read).allowed).toBe(true);
  const deny = statement('Deny', 's3:GetObject', '*', place === 'resource' ? { Principal: '*' } : {});
  if (place === 'role') role.policies.set('deny', policy(deny));
  else if (place === 'boundary') role.boundary = policy(statement('Allow', '*'), deny);
  else authorizer.setResourcePolicy(bucket, 'deny', onResource(deny));
  expect(authorizer.decide(role, read)).toMatchObject({ allowed: false, reason: expect.stringContaining('explicit deny') });
});

test('a deny in the resource’s policy refuses the operator too, whom its role does not except; nobody else’s permissions concern the operator', () => {
  const { authorizer } = setUp();
  expect(authorizer.decide('operator', read).allowed).toBe(true);
  const unless = (arn: string) =>
    statement('Deny', 's3:GetObject', '*', { Principal: '*', Condition: { ArnNotLike: { 'aws:PrincipalArn': arn } } });
  authorizer.setResourcePolicy(bucket, 'deny', onResource(unless(`arn:aws:iam::${account}:role/job`)));
  expect(authorizer.decide('operator', read)).toMatchObject({ allowed: false, reason: expect.stringContaining('explicit deny') });
  authorizer.setResourcePolicy(
    bucket,
    'deny',
    onResource(unless(operatorRoleArn(account)), statement('Allow', 's3:*', '*', { Principal: '*' })),
  );
  expect(authorizer.decide('operator', read).allowed).toBe(true);
  const odd = statement('Deny', 's3:*', '*', { Principal: '*', Condition: { StringEquals: { 'aws:ResourceTag/a': 'b' } } });
  authorizer.setResourcePolicy(bucket, 'deny', onResource(odd));
  expect(authorizer.decide('operator', read)).toMatchObject({ allowed: false, reason: expect.stringContaining('cannot judge') });
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
  authorizer.setResourcePolicy(key, 'key', onResource(statement('Allow', 'kms:*', '*', root)));
  expect(authorizer.decide(role, decrypt).allowed).toBe(true);
  role.policies.clear();
  expect(authorizer.decide(role, decrypt).allowed).toBe(false);
  authorizer.setResourcePolicy(key, 'key', onResource(statement('Allow', 'kms:*', '*', { Principal: { AWS: role.arn } })));
  expect(authorizer.decide(role, decrypt).allowed).toBe(true);
});

test('NotAction and NotResource speak of everything else', () => {
  const { authorizer, role } = setUp({ Effect: 'Allow', NotAction: 's3:Delete*', NotResource: `${bucket}/secret/*` });
  expect(authorizer.decide(role, read).allowed).toBe(true);
  expect(authorizer.decide(role, { ...read, action: 's3:DeleteObject' }).allowed).toBe(false);
  expect(authorizer.decide(role, { ...read, resource: `${bucket}/secret/a` }).allowed).toBe(false);
});

test.each([
  ['the account’s root', `arn:aws:iam::${account}:root`],
  ['the account’s bare number', account],
  ['the role', `arn:aws:iam::${account}:role/job`],
  ['a session of the role', `arn:aws:sts::${account}:assumed-role/job/night`],
])('a deny of a resource’s policy that names %s is applied to bucket, key and role', (_, AWS) => {
  const { authorizer, role } = setUp(statement('Allow', '*'));
  const asks = [read, decrypt, { action: 'sts:AssumeRole', resource: `arn:aws:iam::${account}:role/other` }];
  const everybody = statement('Allow', '*', '*', { Principal: { AWS: [role.arn, `arn:aws:iam::${account}:root`] } });
  const { Resource, ...inTrust } = everybody;
  const allowed = () => asks.map((need) => authorizer.decide(role, need, 'night').allowed);
  const set = (...denies: { readonly Resource: string }[]) => {
    for (const { resource } of [read, decrypt]) authorizer.setResourcePolicy(owner(resource), 'own', onResource(everybody, ...denies));
    const withoutResource = denies.map(({ Resource, ...rest }) => rest);
    authorizer.setResourcePolicy(asks[2]?.resource ?? '', 'own', trust(inTrust, ...withoutResource));
  };
  set();
  expect(allowed()).toEqual([true, true, true]);
  set(statement('Deny', '*', '*', { Principal: { AWS } }) as { Resource: string });
  expect(allowed()).toEqual([false, false, false]);
  expect(authorizer.decide(role, read, 'night')).toMatchObject({ reason: "An explicit deny in the resource's policy." });
});

test('a deny for one session speaks neither of another nor of another role; who has no session’s name is taken for it', () => {
  const { authorizer, role } = setUp(statement('Allow', '*'));
  const deny = (name: string) => {
    const AWS = `arn:aws:sts::${account}:assumed-role/${name}`;
    authorizer.setResourcePolicy(bucket, 'deny', onResource(statement('Deny', '*', '*', { Principal: { AWS } })));
  };
  deny('job/night');
  expect(authorizer.decide(role, read, 'day').allowed).toBe(true);
  expect(authorizer.decide(role, read).allowed).toBe(false);
  deny('jobs/night');
  expect(authorizer.decide(role, read, 'night').allowed).toBe(true);
});

test('a deny for everybody keeps services from taking a role on', () => {
  const { authorizer, role } = setUp();
  const service = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } };
  role.trust = trust(service);
  expect(authorizer.mayAssume(role, 'lambda.amazonaws.com', 'arn').allowed).toBe(true);
  role.trust = trust(service, { Effect: 'Deny', Action: 'sts:*', Principal: '*' });
  expect(authorizer.mayAssume(role, 'lambda.amazonaws.com', 'arn').allowed).toBe(false);
});

test.each<[string, object, string]>([
  [
    'an element',
    { Sid: 'x', Effect: 'Allow', Action: '*', Resource: '*', NotPrincipal: '*' },
    'the sandbox does not know the policy element NotPrincipal.',
  ],
  ['an effect', { Effect: 'allow', Action: '*', Resource: '*' }, "a policy statement's Effect must be Allow or Deny."],
  ['a principal', { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' }, "a role's policy statement takes no Principal."],
  ['neither Action nor NotAction', { Effect: 'Allow', Resource: '*' }, 'a policy statement needs an Action or a NotAction.'],
  ['nothing but an effect', { Effect: 'Allow' }, 'a policy statement needs an Action or a NotAction.'],
  [
    'both Action and NotAction',
    { Effect: 'Allow', Action: 's3:GetObject', NotAction: 's3:*', Resource: '*' },
    'a policy statement takes Action or NotAction, not both.',
  ],
  [
    'both Resource and NotResource',
    { Effect: 'Allow', Action: '*', Resource: '*', NotResource: 'x' },
    'a policy statement takes Resource or NotResource, not both.',
  ],
  ['no resource', { Effect: 'Allow', Action: '*' }, "a role's policy statement needs a Resource or a NotResource."],
  ['a number for an action', { Effect: 'Allow', Action: 5, Resource: '*' }, "a policy statement's Action must be one text or several."],
  ['no action in the list', { Effect: 'Allow', Action: [], Resource: '*' }, "a policy statement's Action must be one text or several."],
  ['a list for a condition', conditioned([]), "a policy statement's Condition must be an object."],
  ['a number under an operator', conditioned({ StringEquals: 5 }), 'the condition operator StringEquals needs a key with its values.'],
  ['nothing under an operator', conditioned({ StringEquals: {} }), 'the condition operator StringEquals needs a key with its values.'],
  ['null under an operator', conditioned({ StringLike: null }), 'the condition operator StringLike needs a key with its values.'],
  [
    'an object for a value',
    conditioned({ StringLike: { 's3:prefix': {} } }),
    'the condition key s3:prefix needs a text, a number, true or false, or a list of such.',
  ],
  [
    'no value',
    conditioned({ StringNotLike: { 's3:prefix': [] } }),
    'the condition key s3:prefix needs a text, a number, true or false, or a list of such.',
  ],
  ...[{}, null, { 'aws:SourceIp': '10.0.0.0/8' }].map((keys): [string, object, string] => [
    `an operator over ${JSON.stringify(keys)}`,
    conditioned({ IpAddress: keys }),
    'the sandbox does not know the condition operator IpAddress.',
  ]),
  [
    'an operator of every object',
    conditioned({ toString: { 's3:prefix': 'x' } }),
    'the sandbox does not know the condition operator toString.',
  ],
  ['a statement that is none', ['x'], 'a policy statement must be an object.'],
  [
    'a variable in a condition',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's policy variable
    { Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringLike: { 's3:prefix': '${aws:username}/*' } } },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: IAM's policy variable
    'the sandbox does not know the policy variable in ${aws:username}/*.',
  ],
])('%s that IAM or the sandbox does not take is refused where it is deployed', (_, odd, sentence) => {
  expect(() => policy(odd)).toThrow(`test: ${sentence}`);
});

test.each<[string, (statement: object) => unknown, object, string]>([
  ['a resource’s', onResource, { Resource: '*' }, 'a policy statement here needs a Principal.'],
  ['a resource’s', onResource, { Resource: '*', Principal: {} }, 'a policy statement here needs a Principal.'],
  ['a resource’s', onResource, { Principal: { Federated: 'x' } }, 'the sandbox does not know the principal type Federated.'],
  ['a resource’s', onResource, { Principal: { AWS: 5 } }, "a policy statement's Principal must be one text or several."],
  ['a trust', trust, {}, 'a policy statement here needs a Principal.'],
  ['a trust', trust, { Principal: '*', Resource: '*' }, "a trust policy's statement takes no Resource."],
])('%s policy says whom it speaks of', (_, parse, more, sentence) => {
  expect(() => parse({ Effect: 'Allow', Action: '*', ...more })).toThrow(`test: ${sentence}`);
});

test('a key that cannot be judged refuses even beside an allow', () => {
  const { authorizer, role } = setUp(
    statement('Allow', '*'),
    statement('Allow', 's3:*', '*', { Condition: { StringEquals: { 'aws:SourceVpc': 'x' } } }),
  );
  expect(authorizer.decide(role, read)).toEqual({
    allowed: false,
    reason: 'The sandbox cannot judge the condition key aws:SourceVpc, so it refuses.',
  });
});

test('a function’s tags are known, and so are those of its versions and executions and of a log group’s events; tags of anything else are not', () => {
  const tagged = { Condition: { StringEquals: { 'aws:ResourceTag/stage': 'dev' } } };
  const { authorizer, role } = setUp(...['lambda:*', 'logs:*', 's3:*'].map((action) => statement('Allow', action, '*', tagged)));
  const arn = `arn:aws:lambda:eu-west-1:${account}:function:job`;
  const allowed = (resource: string, action = 'lambda:InvokeFunction') => authorizer.decide(role, { action, resource }).allowed;
  expect(allowed(arn)).toBe(false);
  authorizer.setTags(arn, { stage: 'dev' });
  expect([arn, `${arn}:live`, `${arn}:1/durable-execution/a/b`].map((resource) => allowed(resource))).toEqual([true, true, true]);
  authorizer.setTags(arn, { stage: 'production' });
  expect(allowed(arn)).toBe(false);
  const group = `arn:aws:logs:eu-west-1:${account}:log-group:/job`;
  authorizer.setTags(group, { stage: 'dev' });
  expect([`${group}:*`, `${group}2:*`].map((resource) => allowed(resource, 'logs:FilterLogEvents'))).toEqual([true, false]);
  expect(authorizer.decide(role, read)).toMatchObject({ allowed: false, reason: expect.stringContaining('cannot judge') });
});
