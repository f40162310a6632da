import { createHash, randomBytes } from 'node:crypto';
import { parsePolicy } from '../iam/policy.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';

const key: ResourceType = {
  create: ({ properties, logicalId, physicalName }, { keys, authorizer, accountId }) => {
    const hash = createHash('sha256')
      .update(`${physicalName(64)}${logicalId}`)
      .digest('hex');
    const id = [hash.slice(0, 8), hash.slice(8, 12), hash.slice(12, 16), hash.slice(16, 20), hash.slice(20, 32)].join('-');
    const arn = keys.arn(id);
    // Without a policy of its own, a key gets KMS's default one: the account's IAM policies decide.
    const trustsAccount = { Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${accountId}:root` }, Action: 'kms:*' }] };
    authorizer.addResourcePolicy(arn, parsePolicy(properties.raw('KeyPolicy') ?? trustsAccount, properties.where));
    return { ref: id, attributes: { Arn: arn, KeyId: id } };
  },
};

const alias: ResourceType = {
  create: ({ properties }, { keys, region, accountId }) => {
    const name = properties.text('AliasName');
    for (const each of [name, `arn:aws:kms:${region}:${accountId}:${name}`]) keys.addAlias(each, properties.text('TargetKeyId'));
    return { ref: name };
  },
};

const bucket: ResourceType = {
  properties: [
    'BucketEncryption',
    'BucketName',
    'LifecycleConfiguration',
    'LoggingConfiguration',
    'OwnershipControls',
    'PublicAccessBlockConfiguration',
    'Tags',
    'VersioningConfiguration',
  ],
  create: ({ properties, physicalName }, { s3 }) => {
    const name = properties.optionalText('BucketName') ?? physicalName(63).toLowerCase();
    const rule = properties.group('BucketEncryption')?.groups('ServerSideEncryptionConfiguration')[0];
    const encryption = rule?.group('ServerSideEncryptionByDefault');
    const isVersioned = properties.group('VersioningConfiguration')?.optionalText('Status') === 'Enabled';
    s3.createBucket({
      name,
      isVersioned,
      usesBucketKey: rule?.flag('BucketKeyEnabled') ?? false,
      kmsKey: encryption?.optionalText('SSEAlgorithm')?.startsWith('aws:kms') ? encryption.optionalText('KMSMasterKeyID') : undefined,
    });
    const arn = `arn:aws:s3:::${name}`;
    const domain = `${name}.s3.amazonaws.com`;
    return { ref: name, attributes: { Arn: arn, DomainName: domain, RegionalDomainName: domain } };
  },
};

const tableProperties = [
  'AttributeDefinitions',
  'BillingMode',
  'DeletionProtectionEnabled',
  'GlobalSecondaryIndexes',
  'KeySchema',
  'LocalSecondaryIndexes',
  'PointInTimeRecoverySpecification',
  'ProvisionedThroughput',
  'Replicas',
  'SSESpecification',
  'TableName',
  'Tags',
  'TimeToLiveSpecification',
];

/** `AWS::DynamoDB::Table` and `GlobalTable` (the CDK's TableV2), the latter with a single replica. */
const table: ResourceType = {
  properties: tableProperties,
  create: async ({ properties, physicalName }, { dynamodb, accountId, region }) => {
    const name = properties.optionalText('TableName') ?? physicalName(255);
    const replicas = properties.groups('Replicas');
    if (replicas.length > 1) throw new Error(`${properties.where}: the sandbox has one region.`);
    const arn = dynamodb.arn(name);
    const kmsKey = [properties, ...replicas].map((each) => each.group('SSESpecification')?.optionalText('KMSMasterKeyId')).find(Boolean);
    await dynamodb.createTable(
      { name, arn, kmsKey, keyNames: properties.groups('KeySchema').map((part) => part.text('AttributeName')) },
      {
        AttributeDefinitions: properties.raw('AttributeDefinitions'),
        KeySchema: properties.raw('KeySchema'),
        BillingMode: 'PAY_PER_REQUEST',
        ...indexes(properties, 'GlobalSecondaryIndexes'),
        ...indexes(properties, 'LocalSecondaryIndexes'),
      },
    );
    return { ref: name, attributes: { Arn: arn, TableId: name, StreamArn: `arn:aws:dynamodb:${region}:${accountId}:no-stream` } };
  },
};

function indexes(properties: Properties, name: string): Readonly<Record<string, unknown>> {
  const list = properties.groups(name).map((index) => ({
    IndexName: index.text('IndexName'),
    KeySchema: index.raw('KeySchema'),
    Projection: index.raw('Projection'),
  }));
  return list.length === 0 ? {} : { [name]: list };
}

const secret: ResourceType = {
  properties: ['Description', 'GenerateSecretString', 'KmsKeyId', 'Name', 'SecretString', 'Tags'],
  create: ({ properties, physicalName }, { secrets, region, accountId }) => {
    const name = properties.optionalText('Name') ?? physicalName(512);
    const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
    const arn = `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-${suffix}`;
    const value = properties.optionalText('SecretString') ?? generated(properties.group('GenerateSecretString'));
    secrets.create(arn, name, properties.optionalText('KmsKeyId'), value);
    return { ref: arn, attributes: { Id: arn } };
  },
};

/** Random as on AWS, though of letters and digits only. */
function generated(generator: Properties | undefined): string | undefined {
  if (generator === undefined) return undefined;
  const password = randomBytes(64)
    .toString('hex')
    .slice(0, generator.number('PasswordLength') ?? 32);
  const key = generator.optionalText('GenerateStringKey');
  if (key === undefined) return password;
  return JSON.stringify({ ...(JSON.parse(generator.text('SecretStringTemplate')) as object), [key]: password });
}

export const storageTypes: ResourceTypes = {
  'AWS::KMS::Key': key,
  'AWS::KMS::Alias': alias,
  'AWS::S3::Bucket': bucket,
  'AWS::DynamoDB::Table': table,
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::SecretsManager::Secret': secret,
};
