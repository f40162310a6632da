import { elements } from '../http/xml.ts';
import type { StoredObject } from './bucket.ts';
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

/** All versions in one page; enough for the buckets of a sandbox. */
export async function listVersions({ request, reply, bucket }: Exchange): Promise<void> {
  const prefix = request.query.get('prefix') ?? '';
  const all = bucket
    .keys()
    .filter((key) => key.startsWith(prefix))
    .flatMap((key) => bucket.versions(key).map((version, index) => ({ version, IsLatest: index === 0 })));
  const describe = ({ version, IsLatest }: (typeof all)[number]) =>
    elements({ VersionId: version.versionId, IsLatest }) + entry(version, null);
  const body = elements({
    Name: bucket.configuration.name,
    Prefix: prefix,
    IsTruncated: false,
    Version: all.filter(({ version }) => !version.isDeleteMarker).map(describe),
    DeleteMarker: all.filter(({ version }) => version.isDeleteMarker).map(describe),
  });
  sendXml(reply, 'ListVersionsResult', body);
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
