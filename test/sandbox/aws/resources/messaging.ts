import type { ResourceType, ResourceTypes } from './resource-type.ts';

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
  properties: [
    ...queueAttributes,
    'KmsDataKeyReusePeriodSeconds',
    'KmsMasterKeyId',
    'QueueName',
    'RedriveAllowPolicy',
    'SqsManagedSseEnabled',
    'Tags',
  ],
  create: async ({ properties, physicalName }, { messages }) => {
    const suffix = properties.flag('FifoQueue') ? '.fifo' : '';
    const name = properties.optionalText('QueueName') ?? `${physicalName(80 - suffix.length)}${suffix}`;
    const attributes = queueAttributes.flatMap((each) => {
      const value = properties.raw(each);
      if (value === undefined) return [];
      return [[each, typeof value === 'object' ? JSON.stringify(value) : String(value)] as const];
    });
    await messages.createQueue(name, Object.fromEntries(attributes), properties.optionalText('KmsMasterKeyId'));
    const url = messages.queueUrl(name);
    return { ref: url, attributes: { Arn: messages.queueArn(name), QueueName: name, QueueUrl: url } };
  },
};

const topic: ResourceType = {
  properties: ['DisplayName', 'KmsMasterKeyId', 'SignatureVersion', 'Subscription', 'Tags', 'TopicName', 'TracingConfig'],
  create: async ({ properties, physicalName }, { messages }) => {
    const name = properties.optionalText('TopicName') ?? physicalName(256);
    await messages.createTopic(name, properties.optionalText('KmsMasterKeyId'));
    const arn = messages.topicArn(name);
    return { ref: arn, attributes: { TopicArn: arn, TopicName: name } };
  },
};

export const messagingTypes: ResourceTypes = { 'AWS::SQS::Queue': queue, 'AWS::SNS::Topic': topic };
