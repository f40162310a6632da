import { isDestination } from '../lambda/destination.ts';
import { latestVersion } from '../lambda/lambda-function.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes, Site } from './resource-type.ts';

const version: ResourceType = {
  properties: ['CodeSha256', 'Description', 'FunctionName', 'RuntimePolicy'],
  replacedBy: 'any',
  create: ({ properties }, { lambda }) => {
    const lambdaFunction = lambda.find(properties.text('FunctionName'));
    const number = published(() => lambdaFunction.publish(properties.optionalText('Description')), properties);
    const arn = `${lambdaFunction.configuration.arn}:${number}`;
    return { ref: arn, attributes: { Version: number, FunctionArn: arn } };
  },
  delete: ({ attributes, properties }, { lambda }) => lambda.find(properties.text('FunctionName')).removeVersion(attributes?.Version ?? ''),
};

function published(publish: () => string, { where }: Properties): string {
  try {
    return publish();
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`, { cause: error });
  }
}

/** Creates or moves it. */
function putAlias(properties: Properties, { lambda }: Site): string {
  const lambdaFunction = lambda.find(properties.text('FunctionName'));
  const name = properties.text('Name');
  const number = properties.text('FunctionVersion');
  // Refuses a version that is not there.
  lambdaFunction.target(number);
  lambdaFunction.aliases.set(name, { name, version: number, description: properties.optionalText('Description') ?? '' });
  return `${lambdaFunction.configuration.arn}:${name}`;
}

const alias: ResourceType = {
  properties: ['Description', 'FunctionName', 'FunctionVersion', 'Name'],
  replacedBy: ['FunctionName', 'Name'],
  create: ({ properties }, site) => {
    const arn = putAlias(properties, site);
    return { ref: arn, attributes: { AliasArn: arn } };
  },
  update: ({ properties }, site, existing) => {
    putAlias(properties, site);
    return existing;
  },
  delete: ({ properties }, { lambda }) => void lambda.find(properties.text('FunctionName')).aliases.delete(properties.text('Name')),
};

function configureAsynchronous(properties: Properties, { lambda }: Site): void {
  const destination = (event: string) => {
    const arn = properties.group('DestinationConfig')?.group(event)?.optionalText('Destination');
    if (arn === undefined) return {};
    if (!isDestination(arn)) throw new Error(`${properties.where}: the sandbox delivers to queues, topics and functions, not to ${arn}.`);
    return { [event === 'OnFailure' ? 'onFailure' : 'onSuccess']: arn };
  };
  lambda.configureAsynchronous(properties.text('FunctionName'), properties.optionalText('Qualifier') ?? latestVersion, {
    retries: properties.number('MaximumRetryAttempts') ?? 2,
    maximumAgeSeconds: properties.number('MaximumEventAgeInSeconds') ?? 21_600,
    ...destination('OnFailure'),
    ...destination('OnSuccess'),
  });
}

const eventInvokeConfig: ResourceType = {
  properties: ['DestinationConfig', 'FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier'],
  replacedBy: ['FunctionName', 'Qualifier'],
  create: ({ properties, physicalName }, site) => {
    configureAsynchronous(properties, site);
    return { ref: physicalName(128) };
  },
  update: ({ properties }, site, existing) => {
    configureAsynchronous(properties, site);
    return existing;
  },
  delete: ({ properties }, { lambda }) =>
    lambda.configureAsynchronous(properties.text('FunctionName'), properties.optionalText('Qualifier') ?? latestVersion, undefined),
};

export const functionNameTypes: ResourceTypes = {
  'AWS::Lambda::Version': version,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
};
