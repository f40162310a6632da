import { isDeepStrictEqual } from 'node:util';
import type { Table } from '../dynamodb/table.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';
import { tagsOf } from './tags.ts';

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
  replacedBy: ['KeySchema', 'LocalSecondaryIndexes', 'TableName'],
  create: async ({ properties, physicalName }, { dynamodb, authorizer, accountId, region }) => {
    const name = properties.optionalText('TableName') ?? physicalName(255);
    const arn = dynamodb.arn(name);
    await dynamodb.createTable(tableOf(name, arn, properties), {
      AttributeDefinitions: properties.raw('AttributeDefinitions'),
      KeySchema: properties.raw('KeySchema'),
      BillingMode: 'PAY_PER_REQUEST',
      ...indexes(properties, 'GlobalSecondaryIndexes'),
      ...indexes(properties, 'LocalSecondaryIndexes'),
    });
    authorizer.setTags(arn, tagsOf(properties));
    return { ref: name, attributes: { Arn: arn, TableId: name, StreamArn: `arn:aws:dynamodb:${region}:${accountId}:no-stream` } };
  },
  update: ({ properties }, { dynamodb, authorizer }, existing) => {
    for (const name of ['AttributeDefinitions', 'GlobalSecondaryIndexes']) {
      if (isDeepStrictEqual(properties.raw(name), existing.properties.raw(name))) continue;
      throw new Error(`${properties.where}: the sandbox cannot change the indexes of a table that is there.`);
    }
    authorizer.setTags(existing.attributes?.Arn ?? '', tagsOf(properties));
    dynamodb.changeTable(tableOf(existing.ref, existing.attributes?.Arn ?? '', properties));
    return existing;
  },
  delete: ({ ref }, { dynamodb }) => dynamodb.deleteTable(ref),
};

function tableOf(name: string, arn: string, properties: Properties): Table {
  const replicas = properties.groups('Replicas');
  if (replicas.length > 1) throw new Error(`${properties.where}: the sandbox has one region.`);
  const all = [properties, ...replicas];
  const expiry = properties.group('TimeToLiveSpecification');
  return {
    name,
    arn,
    kmsKey: all.map((each) => each.group('SSESpecification')?.optionalText('KMSMasterKeyId')).find(Boolean),
    keyNames: properties.groups('KeySchema').map((part) => part.text('AttributeName')),
    expiryAttribute: expiry?.optionalText('Enabled') === 'false' ? undefined : expiry?.optionalText('AttributeName'),
    isProtected: all.some((each) => each.flag('DeletionProtectionEnabled')),
  };
}

function indexes(properties: Properties, name: string): Readonly<Record<string, unknown>> {
  const list = properties.groups(name).map((index) => ({
    IndexName: index.text('IndexName'),
    KeySchema: index.raw('KeySchema'),
    Projection: index.raw('Projection'),
  }));
  return list.length === 0 ? {} : { [name]: list };
}

export const tableTypes: ResourceTypes = { 'AWS::DynamoDB::Table': table, 'AWS::DynamoDB::GlobalTable': table };
