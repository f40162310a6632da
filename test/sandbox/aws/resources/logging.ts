import type { ResourceType, ResourceTypes } from './resource-type.ts';

const logGroup: ResourceType = {
  properties: ['DataProtectionPolicy', 'KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
  replacedBy: ['LogGroupName'],
  create: ({ properties, physicalName }, { logGroups, region, accountId }) => {
    const name = properties.optionalText('LogGroupName') ?? physicalName(512);
    logGroups.create(name, properties.number('RetentionInDays'));
    return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` } };
  },
  update: ({ properties }, { logGroups }, existing) => {
    logGroups.retain(existing.ref, properties.number('RetentionInDays'));
    return existing;
  },
  delete: ({ ref }, { logGroups }) => logGroups.delete(ref),
};

export const loggingTypes: ResourceTypes = { 'AWS::Logs::LogGroup': logGroup };
