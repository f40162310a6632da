import type { BucketConfiguration, LifecycleRule } from '../s3/bucket.ts';
import type { Properties } from './properties.ts';
import type { ResourceType, ResourceTypes } from './resource-type.ts';

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
  replacedBy: ['BucketName'],
  create: ({ properties, physicalName }, { s3 }) => {
    const name = properties.optionalText('BucketName') ?? physicalName(63).toLowerCase();
    s3.createBucket(bucketConfiguration(name, properties));
    const arn = `arn:aws:s3:::${name}`;
    const domain = `${name}.s3.amazonaws.com`;
    return { ref: name, attributes: { Arn: arn, DomainName: domain, RegionalDomainName: domain } };
  },
  update: ({ properties }, { s3 }, existing) => {
    s3.configureBucket(bucketConfiguration(existing.ref, properties));
    return existing;
  },
  delete: ({ ref }, { s3 }) => s3.deleteBucket(ref),
};

function bucketConfiguration(name: string, properties: Properties): BucketConfiguration {
  const rule = properties.group('BucketEncryption')?.groups('ServerSideEncryptionConfiguration')[0];
  const encryption = rule?.group('ServerSideEncryptionByDefault');
  return {
    name,
    isVersioned: properties.group('VersioningConfiguration')?.optionalText('Status') === 'Enabled',
    usesBucketKey: rule?.flag('BucketKeyEnabled') ?? false,
    kmsKey: encryption?.optionalText('SSEAlgorithm')?.startsWith('aws:kms') ? encryption.optionalText('KMSMasterKeyID') : undefined,
    lifecycle: properties.group('LifecycleConfiguration')?.groups('Rules').map(lifecycleRule) ?? [],
  };
}

function lifecycleRule(rule: Properties): LifecycleRule {
  return {
    isEnabled: rule.text('Status') === 'Enabled',
    prefix: rule.optionalText('Prefix') ?? rule.group('Filter')?.optionalText('Prefix') ?? '',
    expirationDays: rule.number('ExpirationInDays'),
    noncurrentDays: rule.group('NoncurrentVersionExpiration')?.number('NoncurrentDays') ?? rule.number('NoncurrentVersionExpirationInDays'),
    abortUploadDays: rule.group('AbortIncompleteMultipartUpload')?.number('DaysAfterInitiation'),
  };
}

export const bucketTypes: ResourceTypes = { 'AWS::S3::Bucket': bucket };
