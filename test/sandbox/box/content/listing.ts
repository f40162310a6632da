import { boxOrder, positionIn, type Standing } from '../enterprise/content-order.ts';
import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import { sortedItems, sortOf } from '../enterprise/folder-order.ts';
import type { Answer } from '../http/answer.ts';
import { fieldsAsked } from '../http/fields.ts';
import { type Anchors, pageOf } from '../http/paging.ts';
import { itemBase, itemMini, renderItem } from './item-fields.ts';
import { isTrashed, type Place, see } from './place.ts';

/** A page of what is in the folder, as its viewer sees it. */
export function pageOfItems(place: Place, query: URLSearchParams): { readonly listing: Record<string, unknown> } | Answer {
  const { item: folder } = place;
  const sort = sortOf(query);
  const { children, given } = childrenOf(place);
  const page = pageOf(query, {
    collection: `items|${folder.home}|${itemId(folder)}|${sort.by}|${sort.direction}`,
    total: children.length,
    lastMarker: '',
    largestLimit: place.world.itemsPerPage,
    order: [{ by: 'type', direction: 'ASC' }, sort],
    ...(sort.by === 'name' && sort.direction === 'ASC' && { anchors: anchorsIn(children) }),
  });
  if ('status' in page) return page;
  const names = { folder: mini(query, 'folder'), file: mini(query, 'file'), web_link: mini(query, 'web_link') };
  const entries = sortedItems(children, sort)
    .slice(page.start, page.end)
    .map((item) =>
      renderItem((given.has(item) ? see(place.world, place.viewer, item) : undefined) ?? { ...place, item }, names[item.type]),
    );
  return { listing: { ...page.envelope, entries } };
}

function mini(query: URLSearchParams, type: ContentItem['type']): readonly string[] {
  return fieldsAsked(query, itemBase, itemMini[type]);
}

interface Children {
  readonly children: readonly ContentItem[];
  /** Those among them that somebody else owns. */
  readonly given: ReadonlySet<ContentItem>;
}

const nothingGiven: ReadonlySet<ContentItem> = new Set();

/** The root folder also shows what others have given, each at the highest folder that was given. */
function childrenOf({ world, viewer, item: folder }: Place): Children {
  if (folder.parent !== undefined || folder.home !== viewer.index) return { children: folder.children, given: nothingGiven };
  const given = world.collaborations.given(viewer).filter((item) => {
    const place = see(world, viewer, item);
    return place !== undefined && place.role !== 'owner' && place.top === item && !isTrashed(item);
  });
  if (given.length === 0) return { children: folder.children, given: nothingGiven };
  return { children: [...folder.children, ...given].sort(boxOrder), given: new Set(given) };
}

/** By the standing of the next item: renaming and removing others moves nothing. */
function anchorsIn(children: readonly ContentItem[]): Anchors {
  return {
    name(position) {
      const { type, name, home, number } = children[position] ?? { type: 'web_link', name: '', home: 0, number: 0 };
      return JSON.stringify([type, name, home, number]);
    },
    find(text) {
      const standing = standingOf(text);
      return standing && positionIn(children, standing);
    },
  };
}

/** @returns undefined for what no marker of ours can have held. */
function standingOf(text: string): Standing | undefined {
  try {
    const [type, name, home, number] = JSON.parse(text);
    return typeof name === 'string' ? { type, name, home, number } : undefined;
  } catch {
    return undefined;
  }
}
