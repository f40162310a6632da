import { nameOf, type Queue } from '../messages/messages.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const queueAttributes = [
  'ContentBasedDeduplication',
  'DelaySeconds',
  'FifoQueue',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
];

const queue: ResourceType = {
  properties: [...queueAttributes, 'KmsDataKeyReusePeriodSeconds', 'KmsMasterKeyId', 'QueueName', 'SqsManagedSseEnabled', 'Tags'],
  replacedBy: ['FifoQueue', 'QueueName'],
  create: async ({ properties, physicalName }, { messages, authorizer }) => {
    const suffix = properties.flag('FifoQueue') ? '.fifo' : '';
    const name = properties.optionalText('QueueName') ?? `${physicalName(80 - suffix.length)}${suffix}`;
    await messages.createQueue(queueOf(name, properties));
    authorizer.setTags(messages.queueArn(name), tagsOf(properties));
    const url = messages.queueUrl(name);
    return { ref: url, attributes: { Arn: messages.queueArn(name), QueueName: name, QueueUrl: url } };
  },
  update: async ({ properties }, { messages, authorizer }, existing) => {
    await messages.changeQueue(queueOf(existing.attributes?.QueueName ?? '', properties));
    authorizer.setTags(existing.attributes?.Arn ?? '', tagsOf(properties));
    return existing;
  },
  delete: ({ attributes }, { messages }) => messages.deleteQueue(attributes?.QueueName ?? ''),
};

function queueOf(name: string, properties: Properties): Queue {
  const attributes = queueAttributes.flatMap((each) => {
    const value = properties.raw(each);
    if (value === undefined) return [];
    return [[each, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const];
  });
  return { name, attributes: Object.fromEntries(attributes), kmsKey: properties.optionalText('KmsMasterKeyId') };
}

const topic: ResourceType = {
  properties: ['DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'Tags', 'TopicName', 'TracingConfig'],
  replacedBy: ['TopicName'],
  create: async ({ properties, physicalName }, { messages }) => {
    const name = properties.optionalText('TopicName') ?? physicalName(256);
    await messages.createTopic(name, properties.optionalText('KmsMasterKeyId'));
    const arn = messages.topicArn(name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
  update: ({ properties }, { messages }, existing) => {
    messages.changeTopic(nameOf(existing.ref), properties.optionalText('KmsMasterKeyId'));
    return existing;
  },
  delete: ({ ref }, { messages }) => messages.deleteTopic(nameOf(ref)),
};

const subscription: ResourceType = {
  properties: ['Endpoint', 'FilterPolicy', 'FilterPolicyScope', 'Protocol', 'RawMessageDelivery', 'TopicArn'],
  replacedBy: 'any',
  create: async ({ properties }, { messages }) => {
    const attributes = ['FilterPolicy', 'FilterPolicyScope', 'RawMessageDelivery'].flatMap((name) => {
      const value = properties.raw(name);
      return value === undefined ? [] : [[name, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const];
    });
    const endpoint = properties.text('Endpoint');
    const arn = await messages.subscribe(
      properties.text('TopicArn'),
      properties.text('Protocol'),
      endpoint,
      Object.fromEntries(attributes),
    );
    return { ref: arn, attributes: { Arn: arn } };
  },
  delete: ({ ref }, { messages }) => messages.unsubscribe(ref),
};

export const messagingTypes: ResourceTypes = { 'AWS::SQS::Queue': queue, 'AWS::SNS::Topic': topic, 'AWS::SNS::Subscription': subscription };
