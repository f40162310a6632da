import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { asOperator } from '../fixture/act-as.ts';
import { output, synthesiseStack } from '../fixture/synthesise.ts';
import { type Aws, startAws } from '../index.ts';

const mebibyte = 1024 * 1024;
let aws: Aws;
let s3: S3Client;
let plain: { Bucket: string };
let versioned: { Bucket: string };

beforeAll(async () => {
  const assembly = synthesiseStack((stack) => {
    output(stack, 'plain', new Bucket(stack, 'Plain').bucketName);
    output(stack, 'versioned', new Bucket(stack, 'Versioned', { versioned: true }).bucketName);
  });
  aws = await startAws({ assembly });
  await aws.deploy();
  s3 = new S3Client(asOperator(aws));
  const { plain: first = '', versioned: second = '' } = aws.outputs('Test');
  plain = { Bucket: first };
  versioned = { Bucket: second };
});
afterAll(() => aws.stop());

const text = async (parameters: { Bucket: string; Key: string; VersionId?: string; Range?: string }) =>
  (await s3.send(new GetObjectCommand(parameters))).Body?.transformToString();

test('an object comes back with its headers, whole, in part and as head', async () => {
  const at = { ...plain, Key: 'reports/ä b+c.csv' };
  const put = await s3.send(
    new PutObjectCommand({ ...at, Body: 'one,two,three', ContentType: 'text/csv', Metadata: { run: '7' }, CacheControl: 'no-store' }),
  );
  expect(put.ETag).toBe(`"${createHash('md5').update('one,two,three').digest('hex')}"`);
  expect(await text(at)).toBe('one,two,three');
  expect(await text({ ...at, Range: 'bytes=4-6' })).toBe('two');
  expect(await text({ ...at, Range: 'bytes=-5' })).toBe('three');
  expect(await s3.send(new HeadObjectCommand(at))).toMatchObject({
    ContentLength: 13,
    ContentType: 'text/csv',
    Metadata: { run: '7' },
    CacheControl: 'no-store',
    ETag: put.ETag,
  });
  await expect(s3.send(new GetObjectCommand({ ...at, Range: 'bytes=99-' }))).rejects.toMatchObject({ name: 'InvalidRange' });
});

test('a streamed upload is stored without its framing, whatever the sizes of its pieces', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 200_000 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(sizes, async (lengths) => {
      const pieces = lengths.map((length) => randomBytes(length));
      const whole = Buffer.concat(pieces);
      await s3.send(new PutObjectCommand({ ...plain, Key: 'streamed', Body: Readable.from(pieces), ContentLength: whole.length }));
      const stored = await (await s3.send(new GetObjectCommand({ ...plain, Key: 'streamed' }))).Body?.transformToByteArray();
      return stored !== undefined && whole.equals(stored);
    }),
    { numRuns: 12 },
  );
});

test('a body that is not what its checksum says is refused, and nothing is stored', async () => {
  const at = { ...plain, Key: 'damaged' };
  await expect(s3.send(new PutObjectCommand({ ...at, Body: 'text', ChecksumCRC32: 'AAAAAA==' }))).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(s3.send(new PutObjectCommand({ ...at, Body: 'text', ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' }))).rejects.toMatchObject({
    name: 'BadDigest',
  });
  await expect(s3.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'NoSuchKey' });
  await expect(s3.send(new HeadObjectCommand(at))).rejects.toMatchObject({ name: 'NotFound' });
});

test('of many writers with If-None-Match one wins', async () => {
  const at = { ...plain, Key: 'claim' };
  const outcomes = await Promise.allSettled(
    Array.from({ length: 10 }, (_, index) => s3.send(new PutObjectCommand({ ...at, Body: String(index), IfNoneMatch: '*' }))),
  );
  const lost = outcomes.filter(({ status }) => status === 'rejected');
  expect(lost).toHaveLength(9);
  expect(lost).toContainEqual({
    status: 'rejected',
    reason: expect.objectContaining({ name: 'PreconditionFailed', $metadata: expect.objectContaining({ httpStatusCode: 412 }) }),
  });
  expect(await text(at)).toBe(String(outcomes.findIndex(({ status }) => status === 'fulfilled')));
});

test('If-Match writes over the version that it names only', async () => {
  const at = { ...plain, Key: 'matched' };
  await expect(s3.send(new PutObjectCommand({ ...at, Body: 'x', IfMatch: '"none"' }))).rejects.toMatchObject({ name: 'NoSuchKey' });
  const { ETag } = await s3.send(new PutObjectCommand({ ...at, Body: 'first' }));
  await s3.send(new PutObjectCommand({ ...at, Body: 'second', IfMatch: ETag }));
  await expect(s3.send(new PutObjectCommand({ ...at, Body: 'third', IfMatch: ETag }))).rejects.toMatchObject({
    name: 'PreconditionFailed',
  });
  expect(await text(at)).toBe('second');
});

test('a bucket with versions keeps them, and a delete only marks', async () => {
  const at = { ...versioned, Key: 'plan.json' };
  const first = await s3.send(new PutObjectCommand({ ...at, Body: 'first' }));
  const second = await s3.send(new PutObjectCommand({ ...at, Body: 'second' }));
  expect(first.VersionId).not.toBe(second.VersionId);
  expect(await text({ ...at, VersionId: first.VersionId ?? '' })).toBe('first');
  expect(await s3.send(new DeleteObjectCommand(at))).toMatchObject({ DeleteMarker: true });
  await expect(s3.send(new GetObjectCommand(at))).rejects.toMatchObject({ name: 'NoSuchKey' });
  const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand(versioned));
  expect(Versions?.map(({ VersionId }) => VersionId)).toEqual([second.VersionId, first.VersionId]);
  expect(DeleteMarkers).toMatchObject([{ Key: 'plan.json', IsLatest: true }]);
  await s3.send(new PutObjectCommand({ ...at, Body: 'third', IfNoneMatch: '*' }));
  await s3.send(new DeleteObjectCommand({ ...at, VersionId: first.VersionId }));
  await expect(s3.send(new GetObjectCommand({ ...at, VersionId: first.VersionId }))).rejects.toMatchObject({ name: 'NoSuchVersion' });
});

test('listings page, group by delimiter and stay in byte order', async () => {
  const keys = ['list/a', 'list/b/1', 'list/b/2', 'list/c & d', 'list/Z', 'list/é'];
  for (const Key of keys) await s3.send(new PutObjectCommand({ ...plain, Key, Body: Key }));
  const seen: string[] = [];
  let token: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ ...plain, Prefix: 'list/', Delimiter: '/', MaxKeys: 2, ContinuationToken: token }),
    );
    seen.push(...(page.Contents ?? []).map(({ Key = '' }) => Key), ...(page.CommonPrefixes ?? []).map(({ Prefix = '' }) => Prefix));
    token = page.NextContinuationToken;
  } while (token !== undefined);
  expect(seen.toSorted()).toEqual(['list/a', 'list/b/', 'list/c & d', 'list/Z', 'list/é'].toSorted());
  const all = await s3.send(new ListObjectsV2Command({ ...plain, Prefix: 'list/', StartAfter: 'list/a' }));
  expect(all.Contents?.map(({ Key }) => Key)).toEqual(['list/b/1', 'list/b/2', 'list/c & d', 'list/é']);
});

async function upload(Key: string, bodies: readonly Buffer[], condition: { IfNoneMatch?: string } = {}) {
  const at = { ...plain, Key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand({ ...at, ContentType: 'text/csv' }));
  const Parts: { PartNumber: number; ETag: string | undefined; ChecksumCRC32: string | undefined }[] = [];
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1;
    const { ETag, ChecksumCRC32 } = await s3.send(new UploadPartCommand({ ...at, UploadId, PartNumber, Body }));
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  const complete = (MultipartUpload = { Parts }) =>
    s3.send(new CompleteMultipartUploadCommand({ ...at, UploadId, MultipartUpload, ...condition }));
  return { at: { ...at, UploadId }, Parts, complete };
}

test('a multipart upload becomes one object, readable across its parts', async () => {
  const bodies = [randomBytes(5 * mebibyte), randomBytes(5 * mebibyte), randomBytes(10)];
  const { complete, at } = await upload('parts', bodies);
  expect((await s3.send(new ListPartsCommand(at))).Parts?.map(({ Size }) => Size)).toEqual(bodies.map(({ length }) => length));
  expect((await complete()).ETag).toMatch(/^"[0-9a-f]{32}-3"$/);
  const whole = Buffer.concat(bodies);
  const got = await s3.send(new GetObjectCommand({ ...plain, Key: 'parts' }));
  expect(got.ContentType).toBe('text/csv');
  expect(whole.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  const across = await s3.send(new GetObjectCommand({ ...plain, Key: 'parts', Range: `bytes=${5 * mebibyte - 2}-${5 * mebibyte + 1}` }));
  expect(Buffer.from((await across.Body?.transformToByteArray()) ?? [])).toEqual(whole.subarray(5 * mebibyte - 2, 5 * mebibyte + 2));
});

test('a multipart upload is refused for small, unknown or unordered parts, and when somebody was there first', async () => {
  const small = await upload('small', [Buffer.alloc(10), Buffer.alloc(10)]);
  await expect(small.complete()).rejects.toMatchObject({ name: 'EntityTooSmall' });
  await expect(small.complete({ Parts: small.Parts.toReversed() })).rejects.toMatchObject({ name: 'InvalidPartOrder' });
  await expect(small.complete({ Parts: [{ PartNumber: 9, ETag: '"x"', ChecksumCRC32: undefined }] })).rejects.toMatchObject({
    name: 'InvalidPart',
  });
  await s3.send(new AbortMultipartUploadCommand(small.at));
  await expect(small.complete()).rejects.toMatchObject({ name: 'NoSuchUpload' });
  const first = await upload('once', [Buffer.from('first')], { IfNoneMatch: '*' });
  const second = await upload('once', [Buffer.from('second')], { IfNoneMatch: '*' });
  await first.complete();
  await expect(second.complete()).rejects.toMatchObject({ name: 'PreconditionFailed' });
  expect(await text({ ...plain, Key: 'once' })).toBe('first');
});

test('a bucket that does not exist is named so', async () => {
  await expect(s3.send(new PutObjectCommand({ Bucket: 'nobodys', Key: 'x', Body: 'x' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
});
