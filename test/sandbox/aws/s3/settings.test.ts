import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { Duration } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { actAs, actor, asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

let aws: Aws;
let s3: S3Client;
let now = Date.parse('2026-11-22T02:00:00Z');
const object = () => ({ Bucket: aws.outputs('Test').bucket, Key: 'reports/a b.csv' });

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    const lifecycleRules = [
      { prefix: 'reports/', expiration: Duration.days(400) },
      { abortIncompleteMultipartUploadAfter: Duration.days(1), noncurrentVersionExpiration: Duration.days(30) },
    ];
    const bucket = new Bucket(stack, 'Bucket', { versioned: true, lifecycleRules });
    bucket.grantRead(actor(stack, 'reader'));
    actor(stack, 'stranger');
    output(stack, 'bucket', bucket.bucketName);
  });
  aws = await startAws({ assembly, now: () => now });
  await aws.deploy();
  s3 = new S3Client(asOperator(aws));
  await s3.send(new PutObjectCommand({ ...object(), Body: 'a,b\n' }));
});
afterAll(() => aws.stop());

test('a presigned address opens an object as whoever signed it, for as long as it says', async () => {
  const sign = async (who: string) => {
    const command = new GetObjectCommand({ ...object(), ResponseContentDisposition: 'attachment' });
    return getSignedUrl(new S3Client(await actAs(aws, who)), command, { expiresIn: 60, signingDate: new Date(now) });
  };
  const address = await sign('reader');
  const answer = await fetch(address);
  expect([answer.status, answer.headers.get('content-disposition'), await answer.text()]).toEqual([200, 'attachment', 'a,b\n']);
  expect((await fetch(await sign('stranger'))).status).toBe(403);
  const reader = aws.outputs('Test').readerRole ?? '';
  expect(aws.journal.calls({ principal: reader, action: 's3:GetObject' })).toMatchObject([{ allowed: true, status: 200 }]);
  now += 61_000;
  const late = await fetch(address);
  expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
});

test('a bucket tells where it is and what expires in it', async () => {
  const { Bucket } = object();
  expect((await s3.send(new GetBucketLocationCommand({ Bucket }))).LocationConstraint).toBe('eu-west-1');
  expect((await s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules).toMatchObject([
    { Status: 'Enabled', Filter: { Prefix: 'reports/' }, Expiration: { Days: 400 } },
    { Status: 'Enabled', NoncurrentVersionExpiration: { NoncurrentDays: 30 }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
  ]);
});
