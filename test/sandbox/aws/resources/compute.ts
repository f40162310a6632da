import { createHash } from 'node:crypto';
import { isDestination } from '../lambda/destination.ts';
import type { DurableSettings } from '../lambda/function-configuration.ts';
import { latestVersion } from '../lambda/lambda-function.ts';
import { functionAccessTypes } from './function-access.ts';
import { functionNameTypes } from './function-names.ts';
import { functionTriggerTypes } from './function-triggers.ts';
import type { Created, Declared, ResourceType, ResourceTypes, Site } from './resource-type.ts';
import { tagsOf } from './tags.ts';

const runtimes = ['nodejs22.x', 'nodejs24.x'];

const lambdaFunction: ResourceType = {
  properties: [
    'Architectures',
    'Code',
    'DeadLetterConfig',
    'Description',
    'DurableConfig',
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
  replacedBy: ['FunctionName'],
  create: putFunction,
  update: (declared, site, existing) => {
    const [now, before] = [declared.properties, existing.properties].map((properties) => properties.raw('DurableConfig') !== undefined);
    if (now !== before)
      throw new Error(`${declared.properties.where}: a function that exists can neither become durable nor stop being it.`);
    return putFunction(declared, site);
  },
  delete: ({ ref }, { lambda }) => lambda.remove(ref),
};

/** Makes it, or gives it other code and settings. */
async function putFunction(declared: Declared, site: Site): Promise<Created> {
  const { properties, physicalName } = declared;
  const name = properties.optionalText('FunctionName') ?? physicalName(64);
  const arn = `arn:aws:lambda:${site.region}:${site.accountId}:function:${name}`;
  const runtime = properties.text('Runtime');
  if (!runtimes.includes(runtime)) throw new Error(`${properties.where}: the sandbox runs ${runtimes.join(' and ')}, not ${runtime}.`);
  const role = site.identities.role(properties.text('Role'));
  const mayRun = site.authorizer.mayAssume(role, 'lambda.amazonaws.com', arn);
  if (!mayRun.allowed) throw new Error(`${properties.where}: ${mayRun.reason}`);
  site.authorizer.setTags(arn, tagsOf(properties));
  const logging = properties.group('LoggingConfig');
  const layerArns = properties.texts('Layers');
  await site.lambda.put(
    {
      name,
      arn,
      version: latestVersion,
      description: properties.optionalText('Description') ?? '',
      handler: properties.text('Handler'),
      runtime,
      architecture: properties.texts('Architectures')[0] ?? 'x86_64',
      memoryMiB: properties.number('MemorySize') ?? 128,
      timeoutSeconds: properties.number('Timeout') ?? 3,
      temporaryMiB: properties.group('EphemeralStorage')?.number('Size') ?? 512,
      role,
      taskRoot: await taskRoot(declared, site),
      layers: layerArns.map((layer) => folderOfLayer(layer, declared, site)),
      layerArns,
      variables: properties.group('Environment')?.record('Variables') ?? {},
      logGroup: logging?.optionalText('LogGroup') ?? `/aws/lambda/${name}`,
      logFormat: logging?.optionalText('LogFormat'),
      logLevel: logging?.optionalText('ApplicationLogLevel'),
      deadLetterArn: deadLetterArn(declared),
      durable: durableSettings(declared),
    },
    properties.number('ReservedConcurrentExecutions'),
  );
  return { ref: name, attributes: { Arn: arn } };
}

function deadLetterArn({ properties }: Declared): string | undefined {
  const arn = properties.group('DeadLetterConfig')?.text('TargetArn');
  if (arn === undefined || isDestination(arn)) return arn;
  throw new Error(`${properties.where}: the sandbox delivers to queues and topics, not to ${arn}.`);
}

function durableSettings({ properties }: Declared): DurableSettings | undefined {
  const group = properties.group('DurableConfig');
  if (group === undefined) return undefined;
  group.allow(['ExecutionTimeout', 'RetentionPeriodInDays']);
  const executionTimeoutSeconds = group.number('ExecutionTimeout');
  if (executionTimeoutSeconds === undefined) throw new Error(`${properties.where}: DurableConfig has no ExecutionTimeout.`);
  return { executionTimeoutSeconds, retentionDays: group.number('RetentionPeriodInDays') ?? 14 };
}

async function taskRoot(declared: Declared, site: Site): Promise<string> {
  const code = declared.properties.group('Code');
  const inline = code?.optionalText('ZipFile');
  if (inline === undefined) return unpacked(declared, code?.optionalText('S3Key'), site);
  // A folder per content: a published version keeps its code when the function gets other code.
  const hash = createHash('sha256').update(inline).digest('hex').slice(0, 12);
  return site.workshop.write(`${declared.physicalName(64)}-${hash}`, 'index.js', inline);
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
  replacedBy: 'any',
  create: async (declared, site) => {
    const name = declared.properties.optionalText('LayerName') ?? declared.physicalName(64);
    const prefix = `arn:aws:lambda:${site.region}:${site.accountId}:layer:${name}:`;
    const numbers = [...site.layers.keys()].filter((arn) => arn.startsWith(prefix)).map((arn) => Number(arn.slice(prefix.length)));
    const arn = `${prefix}${Math.max(0, ...numbers) + 1}`;
    site.layers.set(arn, await unpacked(declared, declared.properties.group('Content')?.optionalText('S3Key'), site));
    return { ref: arn, attributes: { LayerVersionArn: arn } };
  },
  delete: ({ ref }, { layers }) => void layers.delete(ref),
};

export const computeTypes: ResourceTypes = {
  'AWS::Lambda::Function': lambdaFunction,
  'AWS::Lambda::LayerVersion': layerVersion,
  ...functionNameTypes,
  ...functionAccessTypes,
  ...functionTriggerTypes,
};
