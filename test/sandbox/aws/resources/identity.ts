import { awsManagedPolicy } from '../iam/managed-policies.ts';
import { parseIdentityPolicy, parseTrustPolicy, type Statement } from '../iam/policy.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes, Site } from './resource-type.ts';

type Policy = readonly Statement[];

const role: ResourceType = {
  properties: [
    'AssumeRolePolicyDocument',
    'Description',
    'ManagedPolicyArns',
    'MaxSessionDuration',
    'Path',
    'PermissionsBoundary',
    'Policies',
    'RoleName',
    'Tags',
  ],
  replacedBy: ['Path', 'RoleName'],
  create: ({ properties, physicalName }, site) => {
    const name = properties.optionalText('RoleName') ?? physicalName(64);
    const arn = `arn:aws:iam::${site.accountId}:role${properties.optionalText('Path') ?? '/'}${name}`;
    // Read before the role is made, so that a policy that is refused leaves none behind.
    const policies = policiesOf(properties, site);
    const boundary = boundaryOf(properties, site);
    const trust = trustOf(properties);
    const created = site.identities.addRole(name, arn, trust);
    created.boundary = boundary;
    for (const [source, statements] of policies) created.policies.set(source, statements);
    site.authorizer.setResourcePolicy(arn, properties.where, trust);
    return { ref: name, attributes: { Arn: arn, RoleId: created.id } };
  },
  update: ({ properties }, site, existing) => {
    const present = site.identities.role(existing.ref);
    const policies = policiesOf(properties, site);
    present.boundary = boundaryOf(properties, site);
    present.trust = trustOf(properties);
    for (const source of policySources(existing.properties)) present.policies.delete(source);
    for (const [source, statements] of policies) present.policies.set(source, statements);
    site.authorizer.setResourcePolicy(present.arn, properties.where, present.trust);
    return existing;
  },
  delete: ({ ref, attributes, properties }, { identities, authorizer }) => {
    authorizer.removeResourcePolicy(attributes?.Arn ?? '', properties.where);
    identities.removeRole(ref);
  },
};

function trustOf(properties: Properties): Policy {
  return parseTrustPolicy(properties.raw('AssumeRolePolicyDocument'), properties.where);
}

function policiesOf(properties: Properties, site: Site): ReadonlyMap<string, Policy> {
  const inline = properties.groups('Policies').map((policy) => [policy.text('PolicyName'), document(policy)] as const);
  const managed = properties.texts('ManagedPolicyArns').map((arn) => [arn, managedPolicyOf(arn, properties, site)] as const);
  return new Map([...inline, ...managed]);
}

function policySources(properties: Properties): readonly string[] {
  return [...properties.groups('Policies').map((policy) => policy.text('PolicyName')), ...properties.texts('ManagedPolicyArns')];
}

function boundaryOf(properties: Properties, site: Site): Policy | undefined {
  const arn = properties.optionalText('PermissionsBoundary');
  return arn === undefined ? undefined : managedPolicyOf(arn, properties, site);
}

function managedPolicyOf(arn: string, { where }: Properties, site: Site): Policy {
  const statements = awsManagedPolicy(arn) ?? site.managedPolicies.get(arn);
  if (statements === undefined) throw new Error(`${where}: the sandbox does not know the managed policy ${arn}.`);
  return statements;
}

/** `AWS::IAM::Policy` and `AWS::IAM::RolePolicy`: inline, on roles of the same template. */
const inlinePolicy: ResourceType = {
  properties: ['PolicyDocument', 'PolicyName', 'RoleName', 'Roles'],
  create: ({ properties }, site) => {
    const statements = document(properties);
    for (const name of rolesOf(properties)) site.identities.role(name).policies.set(properties.where, statements);
    return { ref: properties.text('PolicyName') };
  },
  update: ({ properties }, site, existing) => {
    const statements = document(properties);
    detach(rolesOf(existing.properties), properties.where, site);
    for (const name of rolesOf(properties)) site.identities.role(name).policies.set(properties.where, statements);
    return { ref: properties.text('PolicyName') };
  },
  delete: ({ properties }, site) => detach(rolesOf(properties), properties.where, site),
};

function rolesOf(properties: Properties): readonly string[] {
  return [...properties.texts('Roles'), ...properties.texts('RoleName')];
}

function detach(names: readonly string[], source: string, { identities }: Site): void {
  for (const { name, policies } of identities.roles) if (names.includes(name)) policies.delete(source);
}

const managedPolicy: ResourceType = {
  properties: ['Description', 'ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
  replacedBy: ['Description', 'ManagedPolicyName', 'Path'],
  create: ({ properties, physicalName }, site) => {
    const name = properties.optionalText('ManagedPolicyName') ?? physicalName(128);
    const arn = `arn:aws:iam::${site.accountId}:policy${properties.optionalText('Path') ?? '/'}${name}`;
    const statements = document(properties);
    site.managedPolicies.set(arn, statements);
    for (const roleName of properties.texts('Roles')) site.identities.role(roleName).policies.set(arn, statements);
    return { ref: arn, attributes: { PolicyArn: arn } };
  },
  update: ({ properties }, site, existing) => {
    const arn = existing.ref;
    const statements = document(properties);
    const former = site.managedPolicies.get(arn);
    detach(existing.properties.texts('Roles'), arn, site);
    site.managedPolicies.set(arn, statements);
    for (const each of site.identities.roles) {
      if (each.policies.has(arn) || properties.texts('Roles').includes(each.name)) each.policies.set(arn, statements);
      if (each.boundary === former) each.boundary = statements;
    }
    return existing;
  },
  delete: ({ ref }, site) => {
    site.managedPolicies.delete(ref);
    for (const { policies } of site.identities.roles) policies.delete(ref);
  },
};

function document(properties: Properties): Policy {
  return parseIdentityPolicy(properties.raw('PolicyDocument'), properties.where);
}

export const identityTypes: ResourceTypes = {
  'AWS::IAM::Role': role,
  'AWS::IAM::Policy': inlinePolicy,
  'AWS::IAM::RolePolicy': inlinePolicy,
  'AWS::IAM::ManagedPolicy': managedPolicy,
};
