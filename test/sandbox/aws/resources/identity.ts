import { awsManagedPolicy } from '../iam/managed-policies.ts';
import { parsePolicy } from '../iam/policy.ts';
import type { Properties } from './properties.ts';
import type { Declared, ResourceType, ResourceTypes, Site } from './resource-type.ts';

const role: ResourceType = {
  properties: [
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'Policies',
    'RoleName',
    'Tags',
  ],
  create: ({ properties, physicalName }, site) => {
    const name = properties.optionalText('RoleName') ?? physicalName(64);
    const arn = `arn:aws:iam::${site.accountId}:role${properties.optionalText('Path') ?? '/'}${name}`;
    const trust = parsePolicy(properties.raw('AssumeRolePolicyDocument'), properties.where);
    const created = site.identities.addRole(name, arn, trust);
    for (const policy of properties.groups('Policies')) created.statements.push(...document(policy));
    for (const managed of properties.texts('ManagedPolicyArns')) {
      const statements = awsManagedPolicy(managed) ?? site.managedPolicies.get(managed);
      if (statements === undefined) throw new Error(`${properties.where}: the sandbox does not know the managed policy ${managed}.`);
      created.statements.push(...statements);
    }
    return { ref: name, attributes: { Arn: arn, RoleId: created.accessKeyId.replace('ASIA', 'AROA') } };
  },
};

/** `AWS::IAM::Policy` and `AWS::IAM::RolePolicy`: inline, on roles of the same template. */
const inlinePolicy: ResourceType = {
  properties: ['PolicyDocument', 'PolicyName', 'RoleName', 'Roles'],
  create: ({ properties }, site) => {
    const names = [...properties.texts('Roles'), ...properties.texts('RoleName')];
    for (const name of names) site.identities.role(name).statements.push(...document(properties));
    return { ref: properties.text('PolicyName') };
  },
};

const managedPolicy: ResourceType = {
  properties: ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
  create: ({ properties, physicalName }, site) => {
    const name = properties.optionalText('ManagedPolicyName') ?? physicalName(128);
    const arn = `arn:aws:iam::${site.accountId}:policy${properties.optionalText('Path') ?? '/'}${name}`;
    const statements = document(properties);
    site.managedPolicies.set(arn, statements);
    for (const roleName of properties.texts('Roles')) site.identities.role(roleName).statements.push(...statements);
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
};

/** A policy on a resource: its statements join those of the resource's ARN. */
function resourcePolicy(arns: (declared: Declared, site: Site) => readonly string[], documentName: string): ResourceType {
  return {
    create: (declared, site) => {
      const statements = parsePolicy(declared.properties.raw(documentName), declared.properties.where);
      for (const arn of arns(declared, site)) site.authorizer.addResourcePolicy(arn, statements);
      return { ref: declared.physicalName(128) };
    },
  };
}

function document(properties: Properties): ReturnType<typeof parsePolicy> {
  return parsePolicy(properties.raw('PolicyDocument'), properties.where);
}

export const identityTypes: ResourceTypes = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': inlinePolicy,
  'AWS::IAM::RolePolicy': inlinePolicy,
  'AWS::IAM::ManagedPolicy': managedPolicy,
  'AWS::S3::BucketPolicy': resourcePolicy(({ properties }) => [`arn:aws:s3:::${properties.text('Bucket')}`], 'PolicyDocument'),
  'AWS::SecretsManager::ResourcePolicy': resourcePolicy(({ properties }) => [properties.text('SecretId')], 'ResourcePolicy'),
  'AWS::SNS::TopicPolicy': resourcePolicy(({ properties }) => properties.texts('Topics'), 'PolicyDocument'),
  'AWS::SQS::QueuePolicy': resourcePolicy(
    ({ properties }, { messages }) => properties.texts('Queues').map((url) => messages.queueArn(url.split('/').at(-1) ?? url)),
    'PolicyDocument',
  ),
};
