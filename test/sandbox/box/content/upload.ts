import { createHash } from 'node:crypto';
import type { BoxWorld, Call, Caller } from '../call.ts';
import type { Answer } from '../http/answer.ts';
import { clientError, invalidParameter, missingParameter, refusal } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import { dateOf, idOf, type JsonObject, objectOf, textOf, withJson } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { storedContent } from './bytes.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { refuseName, refuseTaken } from './item-name.ts';
import { readMultipart } from './multipart.ts';
import { locateFor, type Place, refuseStale, see } from './place.ts';
import { refuseFull, storeFile, storeVersion } from './store.ts';

export const uploading = {
  scopes: ['root_readwrite'],
  downscoped: ['base_upload', 'item_upload', 'item_readwrite'],
  metered: 'upload',
} as const satisfies Partial<GuardedRoute>;

export const uploadRoutes: readonly GuardedRoute[] = [
  { method: 'POST', path: '/api/2.0/files/content', ...uploading, handle: uploadFile },
  { method: 'POST', path: '/api/2.0/files/:id/content', ...uploading, handle: uploadVersion },
  { method: 'OPTIONS', path: '/2.0/files/content', scopes: uploading.scopes, downscoped: uploading.downscoped, handle: preflight },
];

const largestDirectUpload = 50 * 1024 * 1024;

interface Upload {
  readonly attributes: JsonObject;
  readonly bytes: Buffer;
  /** 40 hex digits. */
  readonly sha1: string;
}

function uploadFile(world: BoxWorld, call: Call, caller: Caller): Answer {
  const upload = readUpload(call);
  if ('status' in upload) return upload;
  const { attributes, bytes, sha1 } = upload;
  const name = textOf(attributes.name);
  if (name === undefined) return missingParameter('name');
  const parent = locateFor('upload', world, call, caller, 'folder', idOf(attributes.parent) ?? '');
  if ('status' in parent) return parent;
  const refused = refuseName(name) ?? refuseTaken(parent.item, name) ?? refuseFull(parent, bytes.length);
  if (refused) return refused;
  const content = storedContent([Buffer.from(bytes)], sha1);
  return filesAnswer(call, { ...parent, item: storeFile(world, call, parent, { name, content, ...dates(attributes) }) }, 201);
}

function uploadVersion(world: BoxWorld, call: Call, caller: Caller): Answer {
  const upload = readUpload(call);
  if ('status' in upload) return upload;
  const place = locateFor('upload', world, call, caller, 'file');
  if ('status' in place) return place;
  const { attributes, bytes, sha1 } = upload;
  const refused = refuseStale(call, place.item) ?? refuseFull(place, bytes.length);
  if (refused) return refused;
  storeVersion(world, call, place, { content: storedContent([Buffer.from(bytes)], sha1), ...dates(attributes) });
  return filesAnswer(call, place, 200);
}

/** Box's list of one. */
export function filesAnswer({ query }: Call, place: Place, status: number): Answer {
  const seen = see(place.world, place.viewer, place.item) ?? place;
  const names = fieldsAsked(query, itemBase, itemStandard.file);
  return { status, body: { total_count: 1, entries: [renderItem(seen, names)] } };
}

/** Whether an upload would be accepted, without its bytes. */
function preflight(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const name = textOf(body.name);
    if (name === undefined) return missingParameter('name');
    const parent = locateFor('upload', world, call, caller, 'folder', idOf(body.parent) ?? '');
    if ('status' in parent) return parent;
    const refused = refuseName(name) ?? refuseTaken(parent.item, name) ?? refuseFull(parent, Number(body.size ?? 0));
    return refused ?? { status: 200, body: { upload_url: `${world.origin()}/upload/api/2.0/files/content` } };
  });
}

/** Box reads the parts in their order, and wants the attributes first. */
function readUpload(call: Call): Upload | Answer {
  const parts = readMultipart(call.headers['content-type'], call.bytes);
  const bytes = parts?.get('file');
  if (parts === undefined || bytes === undefined) return missingParameter('file');
  if (parts.keys().next().value !== 'attributes') return invalidParameter('attributes', '', 'It comes before the file');
  if (bytes.length > largestDirectUpload) return clientError(413);
  const attributes = parse(parts.get('attributes')?.toString('utf8') ?? '');
  if (attributes === undefined) return invalidParameter('attributes', '', 'Expected a JSON object');
  const sha1 = createHash('sha1').update(bytes).digest('hex');
  const expected = call.headers['content-md5'];
  if (expected !== undefined && expected !== sha1)
    return refusal(400, 'bad_digest', 'The specified content-md5 did not match what was received');
  return { attributes, bytes, sha1 };
}

function parse(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function dates(attributes: JsonObject) {
  return { contentCreatedAt: dateOf(attributes.content_created_at), contentModifiedAt: dateOf(attributes.content_modified_at) };
}
