import { createHash } from 'node:crypto';
import { boxDate } from '../box-date.ts';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { clientError, invalidParameter, missingParameter, notFound, refusal } from '../http/error-body.ts';
import { textOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { commit } from './commit.ts';
import { refuseName, refuseTaken } from './item-name.ts';
import { locateFor } from './place.ts';
import { refuseFull } from './store.ts';
import { uploading } from './upload.ts';
import type { UploadedPart, UploadSession } from './upload-session.ts';

const sessions = '/api/2.0/files/upload_sessions';

export const uploadSessionRoutes: readonly GuardedRoute[] = [
  { method: 'POST', path: sessions, ...uploading, handle: openForFile },
  { method: 'POST', path: '/api/2.0/files/:id/upload_sessions', ...uploading, handle: openForVersion },
  { method: 'GET', path: `${sessions}/:session`, ...uploading, handle: inSession((world, _, session) => ok(200, render(world, session))) },
  { method: 'PUT', path: `${sessions}/:session`, ...uploading, handle: inSession(addPart) },
  { method: 'DELETE', path: `${sessions}/:session`, ...uploading, handle: inSession(abort) },
  { method: 'GET', path: `${sessions}/:session/parts`, ...uploading, handle: inSession(listParts) },
  { method: 'POST', path: `${sessions}/:session/commit`, ...uploading, handle: inSession(commit) },
];

function ok(status: number, body: Record<string, unknown>): Answer {
  return { status, body };
}

function inSession(use: (world: BoxWorld, call: Call, session: UploadSession, caller: Caller) => Answer): GuardedRoute['handle'] {
  return (world, call, caller) => {
    const { session: id = '' } = call.params;
    const session = world.uploads.find(id, caller.user);
    return session ? use(world, call, session, caller) : notFound('upload_session', id);
  };
}

function openForFile(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const name = textOf(body.file_name);
    if (name === undefined) return missingParameter('file_name');
    const parent = locateFor('upload', world, call, caller, 'folder', String(body.folder_id ?? ''));
    if ('status' in parent) return parent;
    const size = Number(body.file_size);
    const refused = refuseSize(world, size) ?? refuseName(name) ?? refuseTaken(parent.item, name) ?? refuseFull(parent, size);
    if (refused) return refused;
    const target = { type: 'folder', id: String(body.folder_id) } as const;
    return ok(201, render(world, world.uploads.add({ user: caller.user, target, name, size })));
  });
}

function openForVersion(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const place = locateFor('upload', world, call, caller, 'file');
    if ('status' in place) return place;
    const size = Number(body.file_size);
    const refused = refuseSize(world, size) ?? refuseFull(place, size);
    if (refused) return refused;
    const target = { type: 'file', id: call.params.id ?? '' } as const;
    return ok(201, render(world, world.uploads.add({ user: caller.user, target, name: place.item.name, size })));
  });
}

function refuseSize(world: BoxWorld, size: number): Answer | undefined {
  if (!Number.isSafeInteger(size) || size < 0) return invalidParameter('file_size', String(size), 'Expected a number of bytes');
  return world.uploads.takes(size) ? undefined : refusal(400, 'file_size_too_small', 'The file is too small for an upload session');
}

function render(world: BoxWorld, session: UploadSession): Record<string, unknown> {
  const { id, expiresAt, partSize, size, parts } = session;
  const at = `${world.origin()}/upload${sessions}/${id}`;
  const endpoints = { upload_part: at, commit: `${at}/commit`, abort: at, list_parts: `${at}/parts`, status: at, log_event: `${at}/log` };
  return {
    type: 'upload_session',
    id,
    session_expires_at: boxDate(expiresAt),
    part_size: partSize,
    total_parts: Math.ceil(size / partSize),
    num_parts_processed: parts.size,
    session_endpoints: endpoints,
  };
}

/** A part begins at a multiple of the part size and is as long, the last one excepted; its digest is checked. */
function addPart(_world: BoxWorld, call: Call, { partSize, size, parts }: UploadSession): Answer {
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(String(call.headers['content-range'] ?? ''));
  const [from, to, whole] = range?.slice(1).map(Number) ?? [];
  if (from === undefined || to === undefined || whole !== size)
    return invalidParameter('content-range', String(call.headers['content-range']), 'Not a range of this file');
  const length = Math.min(partSize, size - from);
  if (from % partSize !== 0 || from >= size || to - from + 1 !== length || call.bytes.length !== length) return clientError(416);
  const sha1 = createHash('sha1').update(call.bytes).digest();
  if (call.headers.digest !== `sha=${sha1.toString('base64')}`) return refusal(412, 'digest_mismatch', 'The digest does not fit the part');
  const earlier = parts.get(from);
  if (earlier !== undefined && earlier.sha1 !== sha1.toString('hex'))
    return refusal(409, 'range_overlaps_existing_range', 'Another part is there');
  const part = {
    id: (from / partSize).toString(16).toUpperCase().padStart(8, '0'),
    offset: from,
    bytes: call.bytes,
    sha1: sha1.toString('hex'),
  };
  parts.set(from, part);
  return ok(200, { part: renderPart(part) });
}

function renderPart({ id, offset, bytes, sha1 }: UploadedPart): Record<string, unknown> {
  return { part_id: id, offset, size: bytes.length, sha1 };
}

function listParts(_world: BoxWorld, { query }: Call, { id, parts }: UploadSession): Answer {
  const page = pageOf(query, { collection: `parts|${id}`, total: parts.size, lastMarker: null, order: [] });
  if ('status' in page) return page;
  const sorted = [...parts.values()].sort((one, other) => one.offset - other.offset);
  return ok(200, { ...page.envelope, entries: sorted.slice(page.start, page.end).map(renderPart) });
}

function abort(world: BoxWorld, _call: Call, session: UploadSession): Answer {
  world.uploads.remove(session);
  return noContent;
}
