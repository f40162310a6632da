import { Match } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { resources, type Stacks, stacksOf } from './stacks.ts';

let dev: Stacks;
let production: Stacks;
beforeAll(async () => {
  [dev, production] = await Promise.all([stacksOf('dev'), stacksOf('production')]);
});

describe('credentials', () => {
  it('are never in a template: a secret is made without a value', () => {
    const secrets = resources(dev.foundation, 'AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(1);
    for (const [, { Properties }] of secrets) {
      expect(Properties).not.toHaveProperty('SecretString');
      expect(Properties).not.toHaveProperty('GenerateSecretString');
    }
  });

  it('have a rotated key of their own for each app', async () => {
    const stages = { two: { apps: { reader: {}, keeper: {} } } };
    const { foundation } = await stacksOf('two', { stages });
    const keys = resources(foundation, 'AWS::SecretsManager::Secret').map(([, { Properties }]) => JSON.stringify(Properties.KmsKeyId));
    expect(new Set(keys).size).toBe(2);
    const dataKey = resources(foundation, 'AWS::S3::Bucket').map(([, { Properties }]) => JSON.stringify(Properties.BucketEncryption));
    for (const key of keys) expect(dataKey.join()).not.toContain(key);
    foundation.allResourcesProperties('AWS::KMS::Key', { EnableKeyRotation: true });
  });

  it('are refused to everyone but the jobs of that app and the people that the stage names', async () => {
    const operatorRoleArn = 'arn:aws:iam::111122223333:role/operator';
    const { foundation } = await stacksOf('people', { stages: { people: { operatorRoleArn, apps: { reader: {} } } } });
    foundation.hasResourceProperties('AWS::SecretsManager::ResourcePolicy', {
      ResourcePolicy: {
        Statement: [
          {
            Effect: 'Deny',
            Action: 'secretsmanager:GetSecretValue',
            Principal: { AWS: '*' },
            Condition: {
              ArnNotLike: {
                'aws:PrincipalArn': [{ 'Fn::Join': ['', Match.arrayWith([':role/nightporter/people/reader/*'])] }, operatorRoleArn],
              },
            },
          },
        ],
      },
    });
  });
});

describe('what is written down', () => {
  it('outlives the stack, and so does each key that it is encrypted by; but a first deployment that fails leaves nothing', () => {
    for (const type of ['AWS::SecretsManager::Secret', 'AWS::S3::Bucket', 'AWS::DynamoDB::Table']) {
      dev.foundation.allResources(type, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    }
    const keys = resources(dev.foundation, 'AWS::KMS::Key');
    const going = keys.filter(([, { DeletionPolicy }]) => DeletionPolicy !== 'RetainExceptOnCreate').map(([id]) => id);
    expect(keys.length).toBeGreaterThan(going.length);
    expect(going).toEqual([expect.stringMatching(/^AlarmsKey/)]);
  });

  it('is protected from deletion in production only', () => {
    production.foundation.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: true });
    dev.foundation.hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
  });

  it('of reports is encrypted by the data key, versioned, private and logged', () => {
    dev.foundation.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
      LoggingConfiguration: Match.anyValue(),
    });
    dev.foundation.allResourcesProperties('AWS::S3::Bucket', {
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    });
    dev.foundation.allResourcesProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
      },
    });
  });

  const rulesOf = ({ foundation }: Stacks) =>
    resources(foundation, 'AWS::S3::Bucket').map(
      ([, { Properties }]) => (Properties.LifecycleConfiguration as { Rules: readonly Record<string, unknown>[] }).Rules,
    );

  it('about people is kept as long as it is needed, by kind', () => {
    const rules = rulesOf(dev).flat();
    expect(Object.fromEntries(rules.map(({ Prefix, ExpirationInDays }) => [Prefix ?? 'all', ExpirationInDays]))).toMatchObject({
      'rosters/': 7,
      'reports/': 400,
      'plans/': 2557,
      'ledger/': 2557,
    });
    // A version that is no longer the newest is still somebody's data.
    expect(rules.find(({ Prefix }) => Prefix === 'rosters/')).toMatchObject({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } });
    expect(rules.find(({ Prefix }) => Prefix === 'payloads/')).toBeUndefined();
    expect(rules).toContainEqual(
      expect.objectContaining({
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
        ExpiredObjectDeleteMarker: true,
      }),
    );
    for (const { Status } of rules) expect(Status).toBe('Enabled');
  });

  it('as reports goes, with the log of who read them, when the stage says so', async () => {
    const stage = await stacksOf('short', { stages: { short: { reportRetentionDays: 30 } } });
    const [accessLogs, reports] = rulesOf(stage);
    expect(accessLogs).toEqual([{ ExpirationInDays: 30, Status: 'Enabled' }]);
    expect(reports).toContainEqual({ Prefix: 'reports/', ExpirationInDays: 30, Status: 'Enabled' });
  });

  it('of runs can be restored, is encrypted by the data key and expires', () => {
    dev.foundation.hasResourceProperties('AWS::DynamoDB::Table', {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
  });
});

describe('alarms', () => {
  it('go to the mail address of the stage', () => {
    production.foundation.hasResourceProperties('AWS::SNS::Subscription', { Protocol: 'email', Endpoint: 'porter@example.com' });
    dev.foundation.resourceCountIs('AWS::SNS::Subscription', 0);
  });

  it('can be published by CloudWatch, encrypted, over TLS', () => {
    dev.foundation.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() });
    const cloudWatch = { Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } };
    dev.foundation.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ ...cloudWatch, Action: 'sns:Publish' }),
        ]),
      },
    });
    dev.foundation.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: { Statement: Match.arrayWith([Match.objectLike({ ...cloudWatch, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] })]) },
    });
  });
});

it('says where everything is', async () => {
  const { foundation } = await stacksOf('two', { stages: { two: { apps: { default: {}, 'hr-reader': {} } } } });
  for (const output of ['ReportBucketName', 'RunsTableName', 'AlarmTopicArn', 'BoxSecretArnDefault', 'BoxSecretArnHrReader']) {
    foundation.hasOutput(output, {});
  }
});
