import type { BoxWorld, Call, Caller } from '../call.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { fieldsAsked } from '../http/fields.ts';
import type { GuardedRoute } from '../http/router.ts';
import { looking } from '../tokens/restriction.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import { copyItem } from './copy.ts';
import { change } from './edit.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { locate, locateFor, refuseStale, unquoted } from './place.ts';
import { trash } from './throw-away.ts';

export const fileRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/files/:id', scopes: readContent, downscoped: looking, handle: file },
  {
    method: 'PUT',
    path: '/2.0/files/:id',
    scopes: writeContent,
    downscoped: ['item_readwrite', 'item_rename', 'item_share'],
    handle: update,
  },
  { method: 'DELETE', path: '/2.0/files/:id', scopes: writeContent, downscoped: ['item_readwrite', 'item_delete'], handle: remove },
  { method: 'POST', path: '/2.0/files/:id/copy', scopes: writeContent, downscoped: ['item_readwrite'], handle: copy },
];

function file(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'file');
  if ('status' in place) return place;
  const body = renderItem(place, fieldsAsked(call.query, itemBase, itemStandard.file));
  const known = call.headers['if-none-match'];
  return known !== undefined && unquoted(known) === body.etag ? { status: 304 } : { status: 200, body };
}

function update(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller, 'file');
  return 'status' in place ? place : change(world, call, caller, place);
}

function remove(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locateFor('edit', world, call, caller, 'file');
  if ('status' in place) return place;
  const refused = refuseStale(call, place.item);
  if (refused) return refused;
  trash(world, call, place);
  return noContent;
}

function copy(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locateFor('download', world, call, caller, 'file');
  return 'status' in place ? place : copyItem(world, call, caller, place);
}
