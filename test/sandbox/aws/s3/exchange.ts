import type { ServerResponse } from 'node:http';
import type { AwsRequest } from '../http/aws-request.ts';
import { xmlDocument } from '../http/xml.ts';
import type { Caller } from '../service.ts';
import type { Bucket, Precondition, StoredObject } from './bucket.ts';

/** One authorised request to S3 with all that its handler needs. */
export interface Exchange {
  readonly request: AwsRequest;
  readonly reply: ServerResponse;
  readonly caller: Caller;
  readonly bucket: Bucket;
  readonly region: string;
  /** Decoded; empty for requests about the bucket itself. */
  readonly key: string;
  /** Of the key that encrypts what is written. */
  readonly kmsKey: string | undefined;
  /** A path for new content, in the sandbox's temporary folder. */
  newPath(): string;
}

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const keptHeaders =
  /^(cache-control|content-disposition|content-encoding|content-language|content-type|expires|x-amz-storage-class|x-amz-meta-.+)$/;

export function sendXml(reply: ServerResponse, root: string, body: string, headers: Readonly<Record<string, string>> = {}): void {
  reply.writeHead(200, { 'content-type': 'application/xml', ...headers }).end(xmlDocument(root, namespace, body));
}

/** Of a write: the headers that come back with the object. */
export function objectHeaders(request: AwsRequest): Readonly<Record<string, string>> {
  const kept = Object.keys(request.stream.headers).filter((name) => keptHeaders.test(name));
  const headers = Object.fromEntries(kept.map((name) => [name, request.header(name) ?? '']));
  const encoding = headers['content-encoding']?.replace(/^aws-chunked,?\s*/, '');
  delete headers['content-encoding'];
  return { 'content-type': 'application/octet-stream', ...headers, ...(encoding ? { 'content-encoding': encoding } : {}) };
}

export function precondition(request: AwsRequest): Precondition {
  return { absent: request.header('if-none-match') === '*', etag: request.header('if-match') };
}

export function versionHeaders({ versionId }: Pick<StoredObject, 'versionId'>): Readonly<Record<string, string>> {
  return versionId === 'null' ? {} : { 'x-amz-version-id': versionId };
}

export function encryptionHeaders(kmsKey: string | undefined): Readonly<Record<string, string>> {
  if (kmsKey === undefined) return { 'x-amz-server-side-encryption': 'AES256' };
  return { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-server-side-encryption-aws-kms-key-id': kmsKey };
}
