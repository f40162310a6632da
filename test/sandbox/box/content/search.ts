import type { BoxWorld, Call, Caller } from '../call.ts';
import { above, type ContentItem, itemId, within } from '../enterprise/content-tree.ts';
import type { Answer } from '../http/answer.ts';
import { missingParameter } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { readContent } from '../tokens/scopes.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { isTrashed, see } from './place.ts';

export const searchRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/search', scopes: readContent, metered: 'search', handle: search },
];

/** What is new or renamed is found ten minutes later. */
const indexedAfter = 600_000;

/** By words of names alone, in what the caller sees; by offset, and 200 at most. */
function search(world: BoxWorld, call: Call, { user }: Caller): Answer {
  const { query } = call;
  const text = query.get('query')?.replaceAll('"', '').trim().toLowerCase() ?? '';
  if (text === '' && !query.has('mdfilters')) return missingParameter('query');
  const wanted = (item: ContentItem) => matches(item, text, call);
  const found = visible(world, user).filter(wanted);
  const page = pageOf(query, { collection: 'search', total: found.length, lastMarker: null, only: 'offset', largestLimit: 200 });
  if ('status' in page) return page;
  const entries = found.slice(page.start, page.end).flatMap((item) => {
    const place = see(world, user, item);
    return place ? [renderItem(place, fieldsAsked(query, itemBase, itemStandard[item.type]))] : [];
  });
  return { status: 200, body: { type: 'search_results_items', ...page.envelope, entries } };
}

function visible(world: BoxWorld, user: Caller['user']): readonly ContentItem[] {
  const roots = [world.enterprise.content(user).root, ...world.collaborations.given(user).filter((item) => !isTrashed(item))];
  return [...new Set(roots.flatMap((root) => [...within(root)]))].filter(
    (item) => item.parent !== undefined && see(world, user, item) !== undefined,
  );
}

function matches(item: ContentItem, text: string, { query, at }: Call): boolean {
  if (!item.name.toLowerCase().includes(text) || at - item.modifiedAt < indexedAfter) return false;
  const type = query.get('type');
  const extensions = query.get('file_extensions')?.toLowerCase().split(',');
  const ancestors = query.get('ancestor_folder_ids')?.split(',');
  if (type !== null && type !== item.type) return false;
  if (extensions && !extensions.some((extension) => item.name.toLowerCase().endsWith(`.${extension}`))) return false;
  return ancestors === undefined || ancestors.includes('0') || [...above(item)].some((folder) => ancestors.includes(itemId(folder)));
}
