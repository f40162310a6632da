import type { Answer } from './answer.ts';
import type { Scope } from './app-settings.ts';
import type { BoxWorld, Call, Caller } from './call.ts';
import type { ContentItem, ContentTree } from './content-tree.ts';
import { notFound } from './error-body.ts';
import { fieldsAsked } from './fields.ts';
import { sortedItems, sortOf } from './folder-order.ts';
import { itemBase, itemMini, itemStandard, renderItem } from './item-fields.ts';
import { pageOf } from './paging.ts';
import type { GuardedRoute } from './router.ts';
import type { UserRecord } from './user-record.ts';

export const readContent: readonly Scope[] = ['root_readonly', 'root_readwrite'];

export const folderRoutes: readonly GuardedRoute[] = [
  {
    method: 'GET',
    path: '/2.0/folders/:id',
    scopes: readContent,
    handle: folder,
  },
  {
    method: 'GET',
    path: '/2.0/folders/:id/items',
    scopes: readContent,
    handle: items,
  },
];

interface Place {
  readonly tree: ContentTree;
  readonly item: ContentItem;
  readonly owner: UserRecord;
}

/** Nobody sees what another user owns: collaborations are not simulated. */
function locate(world: BoxWorld, call: Call, { user }: Caller): Place | Answer {
  const { id = '' } = call.params;
  const tree = world.enterprise.content(user);
  const item = tree.find('folder', id);
  return item === undefined ? notFound('folder', `d_${id}`) : { tree, item, owner: user };
}

function folder(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller);
  if ('status' in place) return place;
  const names = fieldsAsked(call.query, itemBase, [...itemStandard.folder, 'item_collection']);
  const body = renderItem(place, names);
  if (body.etag && call.headers['if-none-match'] === body.etag) return { status: 304 };
  if (!names.includes('item_collection')) return { status: 200, body };
  const page = pageOfItems(place, withoutFields(call.query));
  return 'status' in page ? page : { status: 200, body: { ...body, item_collection: page.listing } };
}

function items(world: BoxWorld, call: Call, caller: Caller): Answer {
  const place = locate(world, call, caller);
  if ('status' in place) return place;
  const page = pageOfItems(place, call.query);
  return 'status' in page ? page : { status: 200, body: page.listing };
}

function pageOfItems(place: Place, query: URLSearchParams): { readonly listing: Record<string, unknown> } | Answer {
  const sort = sortOf(query);
  const page = pageOf(query, {
    collection: `items|${place.tree.id(place.item)}|${sort.by}|${sort.direction}`,
    total: place.item.children.length,
    lastMarker: '',
    order: [{ by: 'type', direction: 'ASC' }, sort],
  });
  if ('status' in page) return page;
  const entries = sortedItems(place.item.children, sort)
    .slice(page.start, page.end)
    .map((item) => renderItem({ ...place, item }, fieldsAsked(query, itemBase, itemMini[item.type])));
  return { listing: { ...page.envelope, entries } };
}

/** `fields` of a folder are not those of the items in it, and its items are paged by offset only. */
function withoutFields(query: URLSearchParams): URLSearchParams {
  const own = new URLSearchParams(query);
  for (const name of ['fields', 'usemarker', 'marker']) own.delete(name);
  return own;
}
