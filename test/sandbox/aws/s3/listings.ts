import { elements } from '../http/xml.ts';
import type { Bucket, StoredObject } from './bucket.ts';
import { type Exchange, sendXml } from './exchange.ts';

const pageLimit = 1000;

/** ListObjectsV2: pages of at most 1,000 keys and common prefixes together. */
export async function listObjects({ request, reply, bucket }: Exchange): Promise<void> {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maximum = Math.min(Number(query.get('max-keys') ?? pageLimit), pageLimit);
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : Buffer.from(token, 'base64url').toString();
  const Contents: string[] = [];
  const prefixes = new Set<string>();
  let last = '';
  let isTruncated = false;
  for (const key of bucket.keys()) {
    const object = bucket.find(key);
    const group = groupOf(key, prefix, delimiter);
    // A page that ended with a group goes on after everything in it.
    if (object === undefined || !key.startsWith(prefix) || isUpTo(group ?? key, after) || prefixes.has(group ?? '')) continue;
    if (Contents.length + prefixes.size === maximum) {
      isTruncated = true;
      break;
    }
    last = group ?? key;
    if (group === undefined) Contents.push(entry(object, query.get('encoding-type')));
    else prefixes.add(group);
  }
  const body = elements({
    Name: bucket.configuration.name,
    Prefix: prefix,
    ...(delimiter === '' ? {} : { Delimiter: delimiter }),
    MaxKeys: maximum,
    KeyCount: Contents.length + prefixes.size,
    IsTruncated: isTruncated,
    ...(isTruncated ? { NextContinuationToken: Buffer.from(last).toString('base64url') } : {}),
    Contents,
    CommonPrefixes: [...prefixes].map((Prefix) => elements({ Prefix })),
  });
  sendXml(reply, 'ListBucketResult', body);
}

/** ListObjectVersions: pages of at most 1,000 versions, delete markers and common prefixes together; of a key the newest first. */
export async function listVersions({ request, reply, bucket }: Exchange): Promise<void> {
  const { query } = request;
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maximum = Math.min(Number(query.get('max-keys') ?? pageLimit), pageLimit);
  const after = { key: query.get('key-marker') ?? '', version: query.get('version-id-marker') || null };
  const found: { readonly version: StoredObject; readonly isLatest: boolean }[] = [];
  const prefixes = new Set<string>();
  let last = { key: '', version: '' };
  let isTruncated = false;
  for (const { version, isLatest } of versionsAfter(bucket, after)) {
    const group = groupOf(version.key, prefix, delimiter);
    if (!version.key.startsWith(prefix) || (group !== undefined && isUpTo(group, after.key)) || prefixes.has(group ?? '')) continue;
    if (found.length + prefixes.size === maximum) {
      isTruncated = true;
      break;
    }
    last = { key: group ?? version.key, version: group === undefined ? version.versionId : '' };
    if (group === undefined) found.push({ version, isLatest });
    else prefixes.add(group);
  }
  const describe = ({ version, isLatest }: (typeof found)[number]) =>
    elements({ VersionId: version.versionId, IsLatest: isLatest }) + entry(version, query.get('encoding-type'));
  const body = elements({
    Name: bucket.configuration.name,
    Prefix: prefix,
    MaxKeys: maximum,
    IsTruncated: isTruncated,
    ...(isTruncated ? { NextKeyMarker: last.key, NextVersionIdMarker: last.version } : {}),
    Version: found.filter(({ version }) => !version.isDeleteMarker).map(describe),
    DeleteMarker: found.filter(({ version }) => version.isDeleteMarker).map(describe),
    CommonPrefixes: [...prefixes].map((Prefix) => elements({ Prefix })),
  });
  sendXml(reply, 'ListVersionsResult', body);
}

function* versionsAfter(bucket: Bucket, after: { readonly key: string; readonly version: string | null }) {
  for (const key of bucket.keys()) {
    const versions = bucket.versions(key);
    const isMarked = key === after.key && after.version !== null;
    if (!isMarked && isUpTo(key, after.key)) continue;
    const start = isMarked ? versions.findIndex(({ versionId }) => versionId === after.version) + 1 : 0;
    for (const [index, version] of versions.entries()) if (index >= start) yield { version, isLatest: index === 0 };
  }
}

function entry(object: StoredObject, encoding: string | null): string {
  const Key = encoding === 'url' ? encodeURIComponent(object.key) : object.key;
  const LastModified = new Date(object.modifiedAt).toISOString();
  if (object.isDeleteMarker) return elements({ Key, LastModified });
  return elements({ Key, LastModified, ETag: object.etag, Size: object.bytes, StorageClass: 'STANDARD' });
}

function groupOf(key: string, prefix: string, delimiter: string): string | undefined {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end < 0 ? undefined : key.slice(0, end + delimiter.length);
}

function isUpTo(key: string, after: string): boolean {
  return after !== '' && Buffer.compare(Buffer.from(key), Buffer.from(after)) <= 0;
}
