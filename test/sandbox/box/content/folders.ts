import type { BoxWorld, Call, Caller } from '../call.ts';
import { happened } from '../events/happened.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { missingParameter, refusal } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import { idOf, textOf, withJson } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { looking } from '../tokens/restriction.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import { copyItem } from './copy.ts';
import { change } from './edit.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { refuseName, refuseTaken } from './item-name.ts';
import { pageOfItems } from './listing.ts';
import { locate, locateFor, refuseStale, unquoted } from './place.ts';
import { addItem } from './shelf.ts';
import { trash } from './throw-away.ts';

const read = { scopes: readContent, downscoped: looking } as const;
const write = { scopes: writeContent, downscoped: ['item_readwrite'] } as const;

export const folderRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/folders/:id', ...read, handle: folder },
  { method: 'GET', path: '/2.0/folders/:id/items', ...read, handle: items },
  { method: 'POST', path: '/2.0/folders', ...write, handle: create },
  {
    method: 'PUT',
    path: '/2.0/folders/:id',
    scopes: writeContent,
    downscoped: ['item_readwrite', 'item_rename', 'item_share'],
    handle: update,
  },
  { method: 'DELETE', path: '/2.0/folders/:id', scopes: writeContent, downscoped: ['item_readwrite', 'item_delete'], handle: remove },
  { method: 'POST', path: '/2.0/folders/:id/copy', ...write, handle: copy },
];

function folder(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'folder');
  if ('status' in place) return place;
  const names = fieldsAsked(call.query, itemBase, [...itemStandard.folder, 'item_collection']);
  const body = renderItem(place, names);
  const known = call.headers['if-none-match'];
  if (body.etag && known !== undefined && unquoted(known) === body.etag) return { status: 304 };
  if (!names.includes('item_collection')) return { status: 200, body };
  const page = pageOfItems(place, withoutFields(call.query));
  return 'status' in page ? page : { status: 200, body: { ...body, item_collection: page.listing } };
}

function items(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'folder');
  if ('status' in place) return place;
  const page = pageOfItems(place, call.query);
  return 'status' in page ? page : { status: 200, body: page.listing };
}

function create(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const name = textOf(body.name);
    if (name === undefined) return missingParameter('name');
    const place = locateFor('upload', world, call, caller, 'folder', idOf(body.parent) ?? '');
    if ('status' in place) return place;
    const refused = refuseName(name) ?? refuseTaken(place.item, name);
    if (refused) return refused;
    const item = addItem(world, place.item, { type: 'folder', name, size: 0, by: caller.user.id });
    happened(world, call, { action: 'ITEM_CREATE', by: caller.user, item });
    return { status: 201, body: renderItem({ ...place, item }, fieldsAsked(call.query, itemBase, itemStandard.folder)) };
  });
}

function update(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'folder');
  return 'status' in place ? place : change(world, call, caller, place);
}

function remove(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locateFor('edit', world, call, caller, 'folder');
  if ('status' in place) return place;
  const { item } = place;
  if (item.parent === undefined) return refusal(403, 'forbidden', 'The root folder stays');
  const full = item.children.length > 0 && call.query.get('recursive') !== 'true';
  const refused = refuseStale(call, item) ?? (full ? refusal(400, 'folder_not_empty', 'Cannot delete - folder not empty') : undefined);
  if (refused) return refused;
  trash(world, call, place);
  return noContent;
}

function copy(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locateFor('download', world, call, caller, 'folder');
  if ('status' in place) return place;
  return place.item.parent === undefined
    ? refusal(403, 'forbidden', 'The root folder is not copied')
    : copyItem(world, call, caller, place);
}

/** `fields` of a folder are not those of the items in it, and its items are paged by offset only. */
function withoutFields(query: URLSearchParams): URLSearchParams {
  const own = new URLSearchParams(query);
  for (const name of ['fields', 'usemarker', 'marker']) own.delete(name);
  return own;
}
