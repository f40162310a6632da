import type { AwsRequest } from '../http/aws-request.ts';
import { getLifecycle, getLocation } from './bucket-settings.ts';
import type { Exchange } from './exchange.ts';
import { listObjects, listVersions } from './listings.ts';
import { deleteObject, getObject, putObject } from './objects.ts';
import { abortUpload, completeUpload, createUpload, listParts, uploadPart } from './uploads.ts';

/** One S3 operation: how a request for it looks, what it needs, who answers. */
export interface Route {
  readonly method: string;
  /** Of the operation in AWS's API; several need the permission of one action. */
  readonly name: string;
  readonly onKey: boolean;
  /** Query parameters that it must have, and those it may have; any other makes it another operation. */
  readonly required: readonly string[];
  readonly optional: readonly string[];
  readonly action: string;
  /** On an object with a KMS key. */
  readonly keyActions: readonly string[];
  /** Whether the key of the present object counts. */
  readonly reads: boolean;
  handle(exchange: Exchange): Promise<void>;
}

const listParameters = ['prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after', 'encoding-type', 'fetch-owner'];
const versionParameters = ['prefix', 'delimiter', 'max-keys', 'key-marker', 'version-id-marker', 'encoding-type'];
const generate = 'kms:GenerateDataKey';
const decrypt = 'kms:Decrypt';

function route(
  method: string,
  name: string,
  action: string,
  required: readonly string[],
  handle: Route['handle'],
  more: Partial<Pick<Route, 'optional' | 'keyActions' | 'reads' | 'onKey'>> = {},
): Route {
  return { method, name, action: `s3:${action}`, required, handle, onKey: true, optional: [], keyActions: [], reads: false, ...more };
}

/** By which a presigned address chooses headers of its answer. */
const overrides = ['type', 'language', 'encoding', 'disposition'].map((name) => `response-content-${name}`);
const read = { keyActions: [decrypt], reads: true, optional: [...overrides, 'response-cache-control', 'response-expires'] };
const head: Route['handle'] = async ({ reply }) => void reply.writeHead(200).end();

const routes: readonly Route[] = [
  route('GET', 'ListObjectsV2', 'ListBucket', ['list-type'], listObjects, { onKey: false, optional: listParameters }),
  route('GET', 'ListObjectVersions', 'ListBucketVersions', ['versions'], listVersions, { onKey: false, optional: versionParameters }),
  route('HEAD', 'HeadBucket', 'ListBucket', [], head, { onKey: false }),
  route('GET', 'GetBucketLocation', 'GetBucketLocation', ['location'], getLocation, { onKey: false }),
  route('GET', 'GetBucketLifecycleConfiguration', 'GetLifecycleConfiguration', ['lifecycle'], getLifecycle, { onKey: false }),
  route('GET', 'ListParts', 'ListMultipartUploadParts', ['uploadId'], listParts, { optional: ['max-parts', 'part-number-marker'] }),
  route('GET', 'GetObject', 'GetObjectVersion', ['versionId'], getObject, read),
  route('GET', 'GetObject', 'GetObject', [], getObject, read),
  route('HEAD', 'HeadObject', 'GetObjectVersion', ['versionId'], getObject, read),
  route('HEAD', 'HeadObject', 'GetObject', [], getObject, read),
  route('PUT', 'UploadPart', 'PutObject', ['partNumber', 'uploadId'], uploadPart, { keyActions: [generate, decrypt] }),
  route('PUT', 'PutObject', 'PutObject', [], putObject, { keyActions: [generate] }),
  route('POST', 'CreateMultipartUpload', 'PutObject', ['uploads'], createUpload, { keyActions: [generate] }),
  route('POST', 'CompleteMultipartUpload', 'PutObject', ['uploadId'], completeUpload, { keyActions: [decrypt] }),
  route('DELETE', 'AbortMultipartUpload', 'AbortMultipartUpload', ['uploadId'], abortUpload),
  route('DELETE', 'DeleteObject', 'DeleteObjectVersion', ['versionId'], deleteObject),
  route('DELETE', 'DeleteObject', 'DeleteObject', [], deleteObject),
];

export const s3Operations: readonly string[] = [...new Set(routes.map(({ name }) => name))];

/** Headers that make a write more than a write: each would need a permission of its own. */
const unknownHeaders = /^x-amz-(copy-source|acl|tagging|grant-|object-lock|website-redirect|server-side-encryption-customer)/;

export function routeOf(request: AwsRequest, key: string): Route | undefined {
  const headers = [...Object.keys(request.stream.headers), ...[...request.query.keys()].map((name) => name.toLowerCase())];
  if (headers.some((name) => unknownHeaders.test(name))) return undefined;
  // The SDK's own note of the operation's name, and all that signs an address or stands for a header in it.
  const parameters = [...request.query.keys()].filter((name) => name !== 'x-id' && !/^x-amz-/i.test(name));
  return routes.find(
    ({ method, onKey, required, optional }) =>
      method === request.method &&
      onKey === (key !== '') &&
      required.every((name) => parameters.includes(name)) &&
      parameters.every((name) => required.includes(name) || optional.includes(name)),
  );
}
