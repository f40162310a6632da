import type { Declared, ResourceType, ResourceTypes, Site } from './resource-type.ts';

const runtimes = ['nodejs22.x', 'nodejs24.x'];

const lambdaFunction: ResourceType = {
  properties: [
    'Architectures',
    'Code',
    'Description',
    'Environment',
    'EphemeralStorage',
    'FunctionName',
    'Handler',
    'KmsKeyArn',
    'Layers',
    'LoggingConfig',
    'MemorySize',
    'RecursiveLoop',
    'ReservedConcurrentExecutions',
    'Role',
    'Runtime',
    'RuntimeManagementConfig',
    'Tags',
    'Timeout',
    'TracingConfig',
  ],
  create: async (declared, site) => {
    const { properties, physicalName } = declared;
    const name = properties.optionalText('FunctionName') ?? physicalName(64);
    const arn = `arn:aws:lambda:${site.region}:${site.accountId}:function:${name}`;
    const runtime = properties.text('Runtime');
    if (!runtimes.includes(runtime)) throw new Error(`${properties.where}: the sandbox runs ${runtimes.join(' and ')}, not ${runtime}.`);
    const role = site.identities.role(properties.text('Role'));
    const mayRun = site.authorizer.mayAssume(role, 'lambda.amazonaws.com', arn);
    if (!mayRun.allowed) throw new Error(`${properties.where}: ${mayRun.reason}`);
    const logging = properties.group('LoggingConfig');
    site.lambda.add({
      name,
      arn,
      handler: properties.text('Handler'),
      runtime,
      memoryMiB: properties.number('MemorySize') ?? 128,
      timeoutSeconds: properties.number('Timeout') ?? 3,
      role,
      taskRoot: await taskRoot(declared, site),
      layers: properties.texts('Layers').map((layer) => folderOfLayer(layer, declared, site)),
      variables: properties.group('Environment')?.record('Variables') ?? {},
      logGroup: logging?.optionalText('LogGroup') ?? `/aws/lambda/${name}`,
      logFormat: logging?.optionalText('LogFormat'),
      logLevel: logging?.optionalText('ApplicationLogLevel'),
    });
    return { ref: name, attributes: { Arn: arn } };
  },
};

async function taskRoot(declared: Declared, site: Site): Promise<string> {
  const code = declared.properties.group('Code');
  const inline = code?.optionalText('ZipFile');
  if (inline !== undefined) return site.workshop.write(declared.physicalName(64), 'index.js', inline);
  return unpacked(declared, code?.optionalText('S3Key'), site);
}

async function unpacked({ properties, assets }: Declared, objectKey: string | undefined, site: Site): Promise<string> {
  const asset = assets.get(objectKey ?? '');
  if (asset?.packaging !== 'zip') throw new Error(`${properties.where}: its code is not a folder asset of the assembly.`);
  return site.workshop.unpack(asset);
}

function folderOfLayer(arn: string, { properties }: Declared, site: Site): string {
  const folder = site.layers.get(arn);
  if (folder === undefined) throw new Error(`${properties.where}: the layer ${arn} is not in the assembly.`);
  return folder;
}

const layerVersion: ResourceType = {
  properties: ['CompatibleArchitectures', 'CompatibleRuntimes', 'Content', 'Description', 'LayerName', 'LicenseInfo'],
  create: async (declared, site) => {
    const name = declared.properties.optionalText('LayerName') ?? declared.physicalName(64);
    const arn = `arn:aws:lambda:${site.region}:${site.accountId}:layer:${name}:1`;
    site.layers.set(arn, await unpacked(declared, declared.properties.group('Content')?.optionalText('S3Key'), site));
    return { ref: arn, attributes: { LayerVersionArn: arn } };
  },
};

/** The sandbox deploys once, so a version is another name of the function's code. */
const version: ResourceType = {
  properties: ['CodeSha256', 'Description', 'FunctionName', 'RuntimePolicy'],
  create: ({ properties }, { lambda }) => {
    const arn = `${lambda.find(properties.text('FunctionName')).configuration.arn}:1`;
    return { ref: arn, attributes: { Version: '1', FunctionArn: arn } };
  },
};

const alias: ResourceType = {
  properties: ['Description', 'FunctionName', 'FunctionVersion', 'Name'],
  create: ({ properties }, { lambda }) => {
    const arn = `${lambda.find(properties.text('FunctionName')).configuration.arn}:${properties.text('Name')}`;
    return { ref: arn, attributes: { AliasArn: arn } };
  },
};

const eventInvokeConfig: ResourceType = {
  properties: ['DestinationConfig', 'FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier'],
  create: ({ properties, physicalName }, { lambda }) => {
    const destination = (event: string) => {
      const arn = properties.group('DestinationConfig')?.group(event)?.optionalText('Destination');
      if (arn === undefined) return {};
      if (!arn.startsWith('arn:aws:sqs:')) throw new Error(`${properties.where}: the sandbox delivers to SQS queues, not to ${arn}.`);
      return { [event === 'OnFailure' ? 'onFailure' : 'onSuccess']: arn };
    };
    lambda.configureAsynchronous(properties.text('FunctionName'), {
      retries: properties.number('MaximumRetryAttempts') ?? 2,
      ...destination('OnFailure'),
      ...destination('OnSuccess'),
    });
    return { ref: physicalName(128) };
  },
};

export const computeTypes: ResourceTypes = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::LayerVersion': layerVersion,
  'AWS::Lambda::Version': version,
  'AWS::Lambda::Alias': alias,
  'AWS::Lambda::EventInvokeConfig': eventInvokeConfig,
};
