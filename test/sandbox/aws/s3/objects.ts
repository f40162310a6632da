import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AwsError, accessDenied } from '../http/aws-error.ts';
import type { AwsRequest } from '../http/aws-request.ts';
import { noSuchKey, noSuchVersion, preconditionFailed, type StoredObject } from './bucket.ts';
import { checksumHeaders } from './checksum.ts';
import { type Exchange, encryptionHeaders, objectHeaders, precondition, versionHeaders } from './exchange.ts';
import { type Content, receive } from './receive.ts';

export async function putObject({ request, reply, bucket, key, kmsKey, newPath }: Exchange): Promise<void> {
  const content = await receive(request, newPath());
  const { bytes, checksum } = content;
  const etag = `"${content.md5.toString('hex')}"`;
  const headers = objectHeaders(request);
  const stored = await orRemove(content, () =>
    bucket.put({ key, etag, bytes, contents: [content], checksum, headers, kmsKey }, precondition(request)),
  );
  reply.writeHead(200, { etag, ...versionHeaders(stored), ...checksumHeaders(checksum), ...encryptionHeaders(kmsKey) }).end();
}

/** GetObject and HeadObject. */
export async function getObject(exchange: Exchange): Promise<void> {
  const { request, reply, bucket, key } = exchange;
  const object = bucket.find(key, request.query.get('versionId') ?? undefined) ?? missing(exchange);
  const noneMatch = request.header('if-none-match');
  const match = request.header('if-match');
  if (object.isDeleteMarker) throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  if (match !== undefined && match !== object.etag) throw preconditionFailed();
  if (noneMatch !== undefined && noneMatch === object.etag) {
    reply.writeHead(304, { etag: object.etag }).end();
    return;
  }
  const range = rangeOf(request.header('range'), object.bytes);
  const { start, end } = range ?? { start: 0, end: object.bytes - 1 };
  const wantsChecksum = range === undefined && request.header('x-amz-checksum-mode') === 'ENABLED';
  reply.writeHead(range === undefined ? 200 : 206, {
    ...object.headers,
    ...overridden(request),
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${object.bytes}` }),
    etag: object.etag,
    'last-modified': new Date(object.modifiedAt).toUTCString(),
    ...versionHeaders(object),
    ...(wantsChecksum ? checksumHeaders(object.checksum) : {}),
    ...encryptionHeaders(object.kmsKey),
  });
  if (request.method === 'HEAD' || object.bytes === 0) reply.end();
  else await pipeline(Readable.from(slices(object.contents, start, end)), reply);
}

/** Headers that the address of the request asks for. */
function overridden({ query }: AwsRequest): Readonly<Record<string, string>> {
  const asked = [...query].filter(([name]) => name.startsWith('response-'));
  return Object.fromEntries(asked.map(([name, value]) => [name.slice('response-'.length), value]));
}

export async function deleteObject({ request, reply, bucket, key }: Exchange): Promise<void> {
  const changed = bucket.delete(key, request.query.get('versionId') ?? undefined);
  const marker = changed?.isDeleteMarker ? { 'x-amz-delete-marker': 'true' } : {};
  reply.writeHead(204, { ...(changed === undefined ? {} : versionHeaders(changed)), ...marker }).end();
}

/** Content that is not stored after all leaves no file. */
async function orRemove<T>(content: Content, store: () => T): Promise<T> {
  try {
    return store();
  } catch (error) {
    await rm(content.path, { force: true });
    throw error;
  }
}

/** Who may not list the bucket is not told that a key does not exist. */
function missing({ request, bucket, caller }: Exchange): StoredObject {
  const arn = `arn:aws:s3:::${bucket.configuration.name}`;
  if (caller.may({ action: 's3:ListBucket', resource: arn })) throw request.query.has('versionId') ? noSuchVersion() : noSuchKey();
  throw accessDenied('s3', 'Access Denied (the key does not exist, and the caller has no s3:ListBucket, so S3 does not tell).');
}

async function* slices(contents: readonly Content[], start: number, end: number): AsyncGenerator<Buffer> {
  let offset = 0;
  for (const { path, bytes } of contents) {
    const from = Math.max(start - offset, 0);
    const to = Math.min(end - offset, bytes - 1);
    if (from <= to) yield* createReadStream(path, { start: from, end: to });
    offset += bytes;
  }
}

/** One range; several at once are answered whole, as S3 does. */
function rangeOf(header: string | undefined, bytes: number): { start: number; end: number } | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const start = first === '' ? Math.max(bytes - Number(last), 0) : Number(first);
  const end = first === '' || last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (start >= bytes || start > end) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { start, end };
}
