import type { ResourceType, ResourceTypes } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const logGroup: ResourceType = {
  properties: ['DataProtectionPolicy', 'KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
  replacedBy: ['LogGroupName'],
  create: ({ properties, physicalName }, { logGroups, authorizer, region, accountId }) => {
    const name = properties.optionalText('LogGroupName') ?? physicalName(512);
    logGroups.create(name, properties.number('RetentionInDays'));
    const arn = `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
    authorizer.setTags(arn, tagsOf(properties));
    return { ref: name, attributes: { Arn: `${arn}:*` } };
  },
  update: ({ properties }, { logGroups, authorizer }, existing) => {
    logGroups.retain(existing.ref, properties.number('RetentionInDays'));
    authorizer.setTags((existing.attributes?.Arn ?? '').replace(/:\*$/, ''), tagsOf(properties));
    return existing;
  },
  delete: ({ ref }, { logGroups }) => logGroups.delete(ref),
};

export const loggingTypes: ResourceTypes = { 'AWS::Logs::LogGroup': logGroup };
