import type { BoxWorld, Call, Caller } from '../call.ts';
import { type ContentItem, type ItemType, itemId } from '../enterprise/content-tree.ts';
import { happened } from '../events/happened.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { clientError } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import { idOf, textOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import { itemBase, itemMini, itemStandard, renderItem } from './item-fields.ts';
import { refuseName, refuseTaken } from './item-name.ts';
import { isTrashed, itemNotFound, locateFor, type Place } from './place.ts';
import { destroy, putBack, take, touch } from './shelf.ts';

export const trashRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/folders/trash/items', scopes: readContent, handle: list },
  ...(['file', 'folder'] as const).flatMap((type): GuardedRoute[] => [
    { method: 'GET', path: `/2.0/${type}s/:id/trash`, scopes: readContent, handle: inTrash(type, show) },
    { method: 'DELETE', path: `/2.0/${type}s/:id/trash`, scopes: writeContent, handle: inTrash(type, purge) },
    { method: 'POST', path: `/2.0/${type}s/:id`, scopes: writeContent, handle: inTrash(type, restore) },
  ]),
];

/** Into the trash of its owner. Its link does not come back with it. */
export function trash(world: BoxWorld, call: Call, { item, viewer }: Place): void {
  take(world, item);
  const more = touch(world, item, viewer.id);
  more.trashedAt = world.now();
  delete more.link;
  world.trash.add(item);
  happened(world, call, { action: 'DELETE', by: viewer, item });
}

function inTrash(type: ItemType, use: (world: BoxWorld, call: Call, caller: Caller, item: ContentItem) => Answer): GuardedRoute['handle'] {
  return (world, call, caller) => {
    const { id = '' } = call.params;
    const item = world.trash.find(caller.user, type, id);
    return item ? use(world, call, caller, item) : itemNotFound(type, id);
  };
}

function list(world: BoxWorld, { query }: Call, { user }: Caller): Answer {
  const items = world.trash.of(user);
  const page = pageOf(query, {
    collection: `trash|${user.id}`,
    total: items.length,
    lastMarker: '',
    order: [{ by: 'date', direction: 'ASC' }],
  });
  if ('status' in page) return page;
  const entries = items
    .slice(page.start, page.end)
    .map((item) => renderItem(own(world, user, item), fieldsAsked(query, itemBase, itemMini[item.type])));
  return { status: 200, body: { ...page.envelope, entries } };
}

function own(world: BoxWorld, user: Caller['user'], item: ContentItem): Place {
  return { world, viewer: user, item, owner: user, role: 'owner', top: undefined };
}

/** Where it was is told no more: the path of what lies in the trash begins and ends there. */
function show(world: BoxWorld, call: Call, { user }: Caller, item: ContentItem): Answer {
  const body = renderItem(own(world, user, item), fieldsAsked(call.query, itemBase, itemStandard[item.type]));
  const bin = { type: 'folder', id: '1', sequence_id: null, etag: null, name: 'Trash' };
  return { status: 200, body: { ...body, ...(body.path_collection ? { path_collection: { total_count: 1, entries: [bin] } } : {}) } };
}

function purge(world: BoxWorld, call: Call, { user }: Caller, item: ContentItem): Answer {
  world.trash.remove(item);
  happened(world, call, { action: 'PURGE', by: user, item });
  destroy(world, item, user);
  return noContent;
}

/** Back to where it was or, when that is gone or the request says so, elsewhere. */
function restore(world: BoxWorld, call: Call, caller: Caller, item: ContentItem): Answer {
  return withJson(call, (body) => {
    const { parent: former } = item;
    const stands = former !== undefined && !isTrashed(former) && world.enterprise.forest.tree(former.home)?.at(former.number) === former;
    const asked = idOf(body.parent) ?? (stands ? itemId(former) : undefined);
    if (asked === undefined) return clientError(403);
    const parent = locateFor('upload', world, call, caller, 'folder', asked);
    if ('status' in parent) return parent;
    const name = textOf(body.name) ?? item.name;
    const refused = refuseName(name) ?? refuseTaken(parent.item, name);
    if (refused) return refused;
    world.trash.remove(item);
    const more = touch(world, item, caller.user.id);
    delete more.trashedAt;
    item.name = name;
    putBack(world, item, parent.item, caller.user);
    happened(world, call, { action: 'UNDELETE', by: caller.user, item });
    return { status: 201, body: renderItem({ ...parent, item }, fieldsAsked(call.query, itemBase, itemStandard[item.type])) };
  });
}
