import { createHash } from 'node:crypto';
import { parseResourcePolicy, type Statement } from '../iam/policy.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';

const key: ResourceType = {
  create: ({ properties, logicalId, physicalName }, { keys, authorizer, accountId }) => {
    const hash = createHash('sha256')
      .update(`${physicalName(64)}${logicalId}`)
      .digest('hex');
    const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
    const arn = keys.arn(id);
    const policy = keyPolicy(properties, accountId);
    keys.create(id, properties.optionalText('Description') ?? '');
    authorizer.setResourcePolicy(arn, properties.where, policy);
    return { ref: id, attributes: { Arn: arn, KeyId: id } };
  },
  update: ({ properties }, { authorizer, keys, accountId }, existing) => {
    authorizer.setResourcePolicy(keys.arn(existing.ref), properties.where, keyPolicy(properties, accountId));
    return existing;
  },
  delete: ({ ref }, { keys }) => keys.scheduleDeletion(ref),
};

function keyPolicy(properties: Properties, accountId: string): readonly Statement[] {
  if ((properties.optionalText('KeySpec') ?? 'SYMMETRIC_DEFAULT') !== 'SYMMETRIC_DEFAULT') {
    throw new Error(`${properties.where}: the sandbox has symmetric keys only.`);
  }
  // Without a policy of its own, a key gets KMS's default one: the account's IAM policies decide.
  const trustsAccount = { Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*' }] };
  return parseResourcePolicy(properties.raw('KeyPolicy') ?? trustsAccount, properties.where);
}

const alias: ResourceType = {
  properties: ['AliasName', 'TargetKeyId'],
  replacedBy: ['AliasName'],
  create: ({ properties }, { keys }) => {
    const name = properties.text('AliasName');
    keys.addAlias(name, properties.text('TargetKeyId'));
    return { ref: name };
  },
  update: ({ properties }, { keys }, existing) => {
    keys.moveAlias(existing.ref, properties.text('TargetKeyId'));
    return existing;
  },
  delete: ({ ref }, { keys }) => keys.removeAlias(ref),
};

export const keyTypes: ResourceTypes = { 'AWS::KMS::Key': key, 'AWS::KMS::Alias': alias };
