import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AwsError } from '../http/aws-error.ts';
import type { AwsRequest } from '../http/aws-request.ts';
import type { Keys } from '../kms/keys.ts';
import type { Operation, Service } from '../service.ts';
import { Bucket, type BucketConfiguration } from './bucket.ts';
import { type Route, routeOf, s3Operations } from './routes.ts';

/** S3 with path-style addresses: objects, versions, conditional writes, multipart uploads, listings. Bodies lie in files. */
export class S3 implements Service {
  readonly signingName = 's3';
  readonly protocol = 's3';
  readonly operations = s3Operations;
  readonly #buckets = new Map<string, Bucket>();
  readonly #keys: Keys;
  readonly #folder: string;
  readonly #now: () => number;
  readonly #region: string;

  /** @param folder where bodies go; it exists and is the sandbox's own */
  constructor(keys: Keys, folder: string, now: () => number, region: string) {
    this.#keys = keys;
    this.#folder = folder;
    this.#now = now;
    this.#region = region;
  }

  /** @throws AwsError `BucketAlreadyOwnedByYou` */
  createBucket(configuration: BucketConfiguration): void {
    if (this.#buckets.has(configuration.name)) {
      throw new AwsError('BucketAlreadyOwnedByYou', `The bucket ${configuration.name} exists already.`, 409);
    }
    this.#buckets.set(configuration.name, new Bucket(configuration, this.#now));
  }

  configureBucket(configuration: BucketConfiguration): void {
    const bucket = this.#buckets.get(configuration.name);
    if (bucket !== undefined) bucket.configuration = configuration;
  }

  /** @throws AwsError `BucketNotEmpty` */
  deleteBucket(name: string): void {
    if (this.#buckets.get(name)?.keys().length) throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', 409);
    this.#buckets.delete(name);
  }

  async operation(request: AwsRequest): Promise<Operation | undefined> {
    const [, bucketName = '', ...rest] = request.path.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const route = routeOf(request, key);
    if (route === undefined || bucketName === '') return undefined;
    const bucket = this.#buckets.get(bucketName);
    const arn = `arn:aws:s3:::${bucketName}`;
    const resource = key === '' ? arn : `${arn}/${key}`;
    const kmsKey = this.#kmsKey(bucket, key, route, request);
    const context = { 'aws:s3:arn': bucket?.configuration.usesBucketKey ? arn : resource };
    const readsPresent = request.header('if-match') !== undefined && route.action === 's3:PutObject';
    return {
      needs: [
        { action: route.action, resource, context: contextOf(request, route) },
        ...(readsPresent ? [{ action: 's3:GetObject', resource }] : []),
        ...this.#keys.needs(kmsKey, route.keyActions, this.signingName, context),
      ],
      answer: (reply, caller) => {
        if (bucket === undefined) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
        return route.handle({
          request,
          reply,
          caller,
          bucket,
          region: this.#region,
          key,
          kmsKey,
          newPath: () => join(this.#folder, randomUUID()),
        });
      },
    };
  }

  /** Of the key that the request makes S3 use: the object's when it is read, the upload's in its parts, else what the request or the bucket says. */
  #kmsKey(bucket: Bucket | undefined, key: string, route: Route, request: AwsRequest): string | undefined {
    if (route.reads) return bucket?.find(key, request.query.get('versionId') ?? undefined)?.kmsKey;
    const upload = bucket?.uploads.get(request.query.get('uploadId') ?? '');
    if (upload !== undefined) return upload.kmsKey;
    const asked = request.header('x-amz-server-side-encryption');
    if (asked === 'AES256') return undefined;
    return request.header('x-amz-server-side-encryption-aws-kms-key-id') ?? bucket?.configuration.kmsKey;
  }
}

/** Condition keys that the request brings. */
function contextOf(request: AwsRequest, { action }: Route): Readonly<Record<string, string>> {
  if (action === 's3:ListBucket')
    return { 's3:prefix': request.query.get('prefix') ?? '', 's3:delimiter': request.query.get('delimiter') ?? '' };
  if (action !== 's3:PutObject') return {};
  const headers = ['if-match', 'if-none-match', 'x-amz-server-side-encryption', 'x-amz-server-side-encryption-aws-kms-key-id'];
  return Object.fromEntries(
    headers.flatMap((name) => (request.header(name) === undefined ? [] : [[`s3:${name}`, request.header(name) ?? '']])),
  );
}
