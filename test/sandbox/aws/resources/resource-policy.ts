import { parseResourcePolicy } from '../iam/policy.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes, Site } from './resource-type.ts';

/** A policy on a resource: its statements join those of the resource's ARN. */
function resourcePolicy(arns: (properties: Properties, site: Site) => readonly string[], documentName: string): ResourceType {
  const set = (properties: Properties, site: Site) => {
    const statements = parseResourcePolicy(properties.raw(documentName), properties.where);
    for (const arn of arns(properties, site)) site.authorizer.setResourcePolicy(arn, properties.where, statements);
  };
  const remove = (properties: Properties, site: Site) => {
    for (const arn of arns(properties, site)) site.authorizer.removeResourcePolicy(arn, properties.where);
  };
  return {
    create: ({ properties, physicalName }, site) => {
      set(properties, site);
      return { ref: physicalName(128) };
    },
    update: ({ properties }, site, existing) => {
      set(properties, site);
      const stale = arns(existing.properties, site).filter((arn) => !arns(properties, site).includes(arn));
      for (const arn of stale) site.authorizer.removeResourcePolicy(arn, properties.where);
      return existing;
    },
    delete: ({ properties }, site) => remove(properties, site),
  };
}

export const resourcePolicyTypes: ResourceTypes = {
  'AWS::S3::BucketPolicy': resourcePolicy((properties) => [`arn:aws:s3:::${properties.text('Bucket')}`], 'PolicyDocument'),
  'AWS::SecretsManager::ResourcePolicy': resourcePolicy((properties) => [properties.text('SecretId')], 'ResourcePolicy'),
  'AWS::SNS::TopicPolicy': resourcePolicy((properties) => properties.texts('Topics'), 'PolicyDocument'),
  'AWS::SQS::QueuePolicy': resourcePolicy(
    (properties, { messages }) => properties.texts('Queues').map((url) => messages.queueArn(url.split('/').at(-1) ?? url)),
    'PolicyDocument',
  ),
};
