import type { FunctionConfiguration } from '../lambda/function-configuration.ts';
import type { Properties } from './properties.ts';
import type { Created, Declared, ResourceType, ResourceTypes, Site } from './resource-type.ts';

const url: ResourceType = {
  properties: ['AuthType', 'InvokeMode', 'Qualifier', 'TargetFunctionArn'],
  replacedBy: ['Qualifier', 'TargetFunctionArn'],
  create: putUrl,
  update: putUrl,
  delete: ({ ref }, { urls }) => urls.remove(ref),
};

async function putUrl({ properties }: Declared, { lambda, urls }: Site): Promise<Created> {
  const mode = properties.optionalText('InvokeMode') ?? 'BUFFERED';
  if (mode !== 'BUFFERED') throw new Error(`${properties.where}: the sandbox answers BUFFERED, not ${mode}.`);
  const authType = properties.text('AuthType');
  if (authType !== 'AWS_IAM' && authType !== 'NONE') throw new Error(`${properties.where}: ${authType} is no AuthType.`);
  const { arn } = lambda.target(properties.text('TargetFunctionArn'), properties.optionalText('Qualifier'));
  return { ref: arn, attributes: { FunctionArn: arn, FunctionUrl: await urls.put({ functionArn: arn, authType }) } };
}

const eventSourceMapping: ResourceType = {
  properties: [
    'BatchSize',
    'Enabled',
    'EventSourceArn',
    'FunctionName',
    'FunctionResponseTypes',
    'MaximumBatchingWindowInSeconds',
    'ScalingConfig',
    'Tags',
  ],
  replacedBy: ['EventSourceArn'],
  create: async ({ properties, physicalName }, site) => {
    const id = physicalName(36);
    await putMapping(id, properties, site);
    const arn = `arn:aws:lambda:${site.region}:${site.accountId}:event-source-mapping:${id}`;
    return { ref: id, attributes: { Id: id, EventSourceMappingArn: arn } };
  },
  update: async ({ properties }, site, { ref, attributes = {} }) => {
    await putMapping(ref, properties, site);
    return { ref, attributes };
  },
  delete: ({ ref }, { eventSources }) => eventSources.remove(ref),
};

/** Lambda's pollers for a queue without a maximum start at five. */
const defaultConcurrency = 5;

async function putMapping(id: string, properties: Properties, site: Site): Promise<void> {
  const { where } = properties;
  const queueArn = properties.text('EventSourceArn');
  if (!queueArn.startsWith('arn:aws:sqs:') || queueArn.endsWith('.fifo'))
    throw new Error(`${where}: the sandbox polls standard SQS queues, not ${queueArn}.`);
  const batchSize = properties.number('BatchSize') ?? 10;
  const windowSeconds = properties.number('MaximumBatchingWindowInSeconds') ?? 0;
  if (batchSize > 10 && windowSeconds === 0)
    throw new Error(`${where}: a BatchSize over 10 needs a MaximumBatchingWindowInSeconds of at least 1.`);
  const functionReference = properties.text('FunctionName');
  const { configuration } = site.lambda.target(functionReference).version;
  const mayReceive = site.authorizer.decide(configuration.role, { action: 'sqs:ReceiveMessage', resource: queueArn });
  if (!mayReceive.allowed) throw new Error(`${where}: the function's role may not call ReceiveMessage on the queue: ${mayReceive.reason}`);
  await refuseShortVisibility(where, configuration, queueArn, site);
  const maximum = properties.group('ScalingConfig')?.number('MaximumConcurrency');
  if (maximum !== undefined && (maximum < 2 || maximum > 1000)) throw new Error(`${where}: MaximumConcurrency goes from 2 to 1000.`);
  site.eventSources.put({
    id,
    functionReference,
    queueArn,
    queueUrl: site.messages.queueUrl(queueArn.split(':').at(-1) ?? ''),
    isEnabled: properties.raw('Enabled') === undefined || properties.flag('Enabled'),
    batchSize,
    windowSeconds,
    reportsItemFailures: properties.texts('FunctionResponseTypes').includes('ReportBatchItemFailures'),
    maximumConcurrency: maximum ?? defaultConcurrency,
  });
}

/** As AWS: a message must not come back while the function still works on it. */
async function refuseShortVisibility(
  where: string,
  { role, timeoutSeconds }: FunctionConfiguration,
  queueArn: string,
  site: Site,
): Promise<void> {
  const QueueUrl = site.messages.queueUrl(queueArn.split(':').at(-1) ?? '');
  const output = await site.lambda.roleClient.queue(role, 'GetQueueAttributes', { QueueUrl, AttributeNames: ['VisibilityTimeout'] });
  const visibility = Number((output.Attributes as Record<string, string> | undefined)?.VisibilityTimeout ?? 30);
  if (visibility >= timeoutSeconds) return;
  throw new Error(
    `${where}: the queue's visibility timeout of ${visibility} seconds is less than the function's timeout of ${timeoutSeconds} seconds.`,
  );
}

export const functionTriggerTypes: ResourceTypes = { 'AWS::Lambda::EventSourceMapping': eventSourceMapping, 'AWS::Lambda::Url': url };
