import type { BoxWorld, Call, Caller } from '../call.ts';
import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import { happened } from '../events/happened.ts';
import type { Answer } from '../http/answer.ts';
import { notFound } from '../http/error-body.ts';
import { bearer } from '../http/gate.ts';
import type { GuardedRoute, OpenRoute } from '../http/router.ts';
import { readContent } from '../tokens/scopes.ts';
import { tokenFingerprint } from '../tokens/token.ts';
import type { Content } from './bytes.ts';
import { contentOf, versionId } from './file-version.ts';
import { isTrashed, locateFor } from './place.ts';

export const downloadRoutes: readonly GuardedRoute[] = [
  {
    method: 'GET',
    path: '/2.0/files/:id/content',
    scopes: readContent,
    downscoped: ['item_download', 'item_readwrite'],
    handle: locateBytes,
  },
];

/** On the second origin. */
export const contentRoutes: readonly OpenRoute[] = [{ method: 'GET', path: '/d/1/:grant/download', open: sendBytes }];

/** Box sends nobody the bytes themselves, but the address where they are. */
function locateBytes(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locateFor('download', world, call, caller, 'file');
  if ('status' in place) return place;
  const { item } = place;
  const wanted = call.query.get('version') ?? versionId(item);
  if (versionOf(item, wanted) === undefined) return notFound('file_version', wanted);
  const wait = (item.more?.readyAt ?? 0) - call.at;
  if (wait > 0) return { status: 202, headers: { 'retry-after': String(Math.ceil(wait / 1000)) } };
  return { status: 302, headers: { location: world.downloads.address(itemId(item), wanted, place.viewer.id) } };
}

export function versionOf(item: ContentItem, id: string): Content | undefined {
  return id === versionId(item) ? contentOf(item) : item.more?.versions?.find((version) => version.id === id)?.content;
}

const gone: Answer = { status: 404, headers: { 'content-type': 'text/html' }, text: '<h1>This download is no longer available.</h1>' };

function sendBytes(world: BoxWorld, call: Call): Answer {
  // A token has no business here; one that was sent all the same is found in the journal.
  const token = bearer(call);
  if (token !== undefined) call.tokenFingerprint = tokenFingerprint(token);
  const grant = world.downloads.read(call.params.grant ?? '');
  const item = grant && world.enterprise.forest.find('file', grant.fileId);
  const content = item && versionOf(item, grant.versionId);
  if (grant === undefined || item === undefined || content === undefined || isTrashed(item)) return gone;
  call.subject = grant.userId;
  const headers = {
    'content-type': 'application/octet-stream',
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(item.name)}`,
    'accept-ranges': 'bytes',
    etag: `"${content.sha1}"`,
  };
  const range = rangeOf(call.headers.range, content.size);
  if (range === 'outside') return { status: 416, headers: { ...headers, 'content-range': `bytes */${content.size}` } };
  const by = world.enterprise.anybody(grant.userId);
  // One download, in however many pieces.
  if (by && (range?.start ?? 0) === 0) happened(world, call, { action: 'DOWNLOAD', by, item });
  if (range === undefined) return { status: 200, headers, slice: { content, start: 0, end: content.size } };
  const partly = { ...headers, 'content-range': `bytes ${range.start}-${range.end - 1}/${content.size}` };
  return { status: 206, headers: partly, slice: { content, ...range } };
}

/** One range (RFC 9110 14.2); several, or what is no range, count as none. `end` is exclusive. */
function rangeOf(header: string | undefined, size: number): { readonly start: number; readonly end: number } | 'outside' | undefined {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  if (first === '') return Number(last) === 0 || size === 0 ? 'outside' : { start: Math.max(0, size - Number(last)), end: size };
  const end = last === '' ? size : Math.min(size, Number(last) + 1);
  return Number(first) < size && end > Number(first) ? { start: Number(first), end } : 'outside';
}
