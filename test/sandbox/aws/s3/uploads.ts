import { createHash, randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AwsError } from '../http/aws-error.ts';
import { elements, elementText } from '../http/xml.ts';
import type { Upload } from './bucket.ts';
import { type Checksum, checksumHeaders, newDigest } from './checksum.ts';
import { type Exchange, encryptionHeaders, objectHeaders, precondition, sendXml, versionHeaders } from './exchange.ts';
import { type Content, receive } from './receive.ts';

const smallestPart = 5 * 1024 * 1024;
const highestPartNumber = 10_000;

export async function createUpload({ request, reply, bucket, key, kmsKey }: Exchange): Promise<void> {
  const algorithm = request.header('x-amz-checksum-algorithm')?.toLowerCase();
  const upload: Upload = { id: randomUUID(), key, headers: objectHeaders(request), kmsKey, algorithm, parts: new Map() };
  bucket.uploads.set(upload.id, upload);
  sendXml(reply, 'InitiateMultipartUploadResult', elements({ Bucket: bucket.configuration.name, Key: key, UploadId: upload.id }));
}

export async function uploadPart(exchange: Exchange): Promise<void> {
  const { request, reply, newPath } = exchange;
  const upload = uploadOf(exchange);
  const number = Number(request.query.get('partNumber'));
  if (!Number.isInteger(number) || number < 1 || number > highestPartNumber) {
    throw new AwsError('InvalidArgument', 'Part number must be an integer between 1 and 10000, inclusive');
  }
  const content = await receive(request, newPath());
  const replaced = upload.parts.get(number);
  upload.parts.set(number, content);
  if (replaced !== undefined) await rm(replaced.path, { force: true });
  reply.writeHead(200, { etag: etagOf(content), ...checksumHeaders(content.checksum), ...encryptionHeaders(upload.kmsKey) }).end();
}

export async function completeUpload(exchange: Exchange): Promise<void> {
  const { request, reply, bucket, key } = exchange;
  const upload = uploadOf(exchange);
  const contents = listedParts((await request.body()).toString(), upload);
  const md5 = createHash('md5');
  for (const part of contents) md5.update(part.md5);
  const etag = `"${md5.digest('hex')}-${contents.length}"`;
  const bytes = contents.reduce((sum, part) => sum + part.bytes, 0);
  const checksum = compositeChecksum(upload, contents);
  const { headers, kmsKey } = upload;
  const stored = bucket.put({ key, etag, bytes, contents, checksum, headers, kmsKey }, precondition(request));
  bucket.uploads.delete(upload.id);
  const result = elements({ Location: request.path, Bucket: bucket.configuration.name, Key: key, ETag: etag });
  sendXml(reply, 'CompleteMultipartUploadResult', result, { ...versionHeaders(stored), ...encryptionHeaders(kmsKey) });
}

export async function abortUpload(exchange: Exchange): Promise<void> {
  const upload = uploadOf(exchange);
  exchange.bucket.uploads.delete(upload.id);
  await Promise.all([...upload.parts.values()].map(({ path }) => rm(path, { force: true })));
  exchange.reply.writeHead(204).end();
}

const mostListed = 1000;

export async function listParts(exchange: Exchange): Promise<void> {
  const { id, key, parts } = uploadOf(exchange);
  const { query } = exchange.request;
  const after = Number(query.get('part-number-marker') ?? 0);
  const later = [...parts].filter(([number]) => number > after).sort(([left], [right]) => left - right);
  const page = later.slice(0, Math.min(Number(query.get('max-parts') ?? mostListed), mostListed));
  const Part = page.map(([PartNumber, part]) => {
    const { algorithm = '', value } = part.checksum ?? {};
    return elements({ PartNumber, ETag: etagOf(part), Size: part.bytes, [`Checksum${algorithm.toUpperCase() || 'CRC32'}`]: value });
  });
  const place = { Bucket: exchange.bucket.configuration.name, Key: key, UploadId: id };
  const next = { NextPartNumberMarker: page.at(-1)?.[0], IsTruncated: later.length > page.length };
  sendXml(exchange.reply, 'ListPartsResult', elements({ ...place, Part, ...next }));
}

function uploadOf({ request, bucket, key }: Exchange): Upload {
  const upload = bucket.uploads.get(request.query.get('uploadId') ?? '');
  if (upload?.key === key) return upload;
  throw new AwsError(
    'NoSuchUpload',
    'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    404,
  );
}

/** The parts that a CompleteMultipartUpload names, each checked: known by number and ETag, in order, and none but the last small. */
function listedParts(xml: string, upload: Upload): readonly Content[] {
  const listed = [...xml.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    number: Number(elementText(part, 'PartNumber')),
    etag: elementText(part, 'ETag')?.replaceAll('"', ''),
    checksum: elementText(part, `Checksum${(upload.algorithm ?? '').toUpperCase()}`),
  }));
  if (listed.length === 0) throw new AwsError('MalformedXML', 'You must specify at least one part');
  if (listed.some(({ number }, index) => number <= (listed[index - 1]?.number ?? 0))) {
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.');
  }
  const bare = upload.algorithm === undefined ? undefined : listed.find(({ checksum }) => checksum === undefined);
  if (bare !== undefined) {
    const message = `The upload was created using a ${upload.algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${bare.number} in the request.`;
    throw new AwsError('InvalidRequest', message);
  }
  const contents = listed.map(({ number, etag }) => {
    const part = upload.parts.get(number);
    if (part !== undefined && part.md5.toString('hex') === etag) return part;
    throw new AwsError(
      'InvalidPart',
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
    );
  });
  if (contents.slice(0, -1).some((part) => part.bytes < smallestPart)) {
    throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
  }
  return contents;
}

function compositeChecksum(upload: Upload, contents: readonly Content[]): Checksum | undefined {
  if (upload.algorithm === undefined || contents.some((part) => part.checksum === undefined)) return undefined;
  const digest = newDigest(upload.algorithm);
  for (const { checksum } of contents) digest.update(Buffer.from(checksum?.value ?? '', 'base64'));
  return { algorithm: upload.algorithm, value: `${digest.value()}-${contents.length}` };
}

function etagOf(content: Content): string {
  return `"${content.md5.toString('hex')}"`;
}
