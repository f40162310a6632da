import type { Annotations } from '../annotations/annotations.ts';
import type { Content } from '../content/bytes.ts';
import type { FileVersion } from '../content/file-version.ts';
import type { Collaboration } from '../sharing/collaboration.ts';
import type { SharedLink } from '../sharing/shared-link.ts';

export type ItemType = 'folder' | 'file' | 'web_link';

/** What most items don't have; absent until there is some of it. Dates in milliseconds, people by user id. */
export interface ItemMore {
  description?: string;
  tags?: readonly string[];
  createdBy?: string;
  modifiedBy?: string;
  contentCreatedAt?: number;
  contentModifiedAt?: number;
  /** Given by an upload; without it the bytes are drawn from the item's id. */
  content?: Content;
  /** Until then a download is answered with 202. */
  readyAt?: number;
  versionId?: string;
  /** Earlier versions, the newest first. */
  versions?: FileVersion[];
  link?: SharedLink;
  collaborations?: Collaboration[];
  trashedAt?: number;
  annotations?: Annotations;
  /** Folder settings that are only kept and given back. */
  settings?: Readonly<Record<string, unknown>>;
}

/** A file, folder or web link; dates in milliseconds, size in bytes (a folder's: everything below it). */
export interface ContentItem {
  /** Position in the tree in which it was made; the root folder is 0. */
  readonly number: number;
  /** Position of the user in whose tree it was made, which stays in its id whoever owns it later. */
  readonly home: number;
  readonly type: ItemType;
  name: string;
  parent: ContentItem | undefined;
  size: number;
  readonly createdAt: number;
  modifiedAt: number;
  /** Counts the changes. */
  etag: number;
  /** In Box's order: folders, files, web links, each by name. Shared and empty for anything but a folder. */
  readonly children: ContentItem[];
  more: ItemMore | undefined;
}

export interface ContentTotals {
  readonly folders: number;
  readonly files: number;
  readonly webLinks: number;
  readonly bytes: number;
}

const firstItemId = 200_000_000_000;
const idsPerUser = 10_000_000;

/** Folder `0` is the root of whoever asks. */
export function itemId({ home, number }: ContentItem): string {
  return number === 0 ? '0' : String(firstItemId + home * idsPerUser + number);
}

/** @returns in whose tree, and where in it, an item of this id was made; undefined when the text is no such id. */
export function itemPosition(id: string): { readonly home: number; readonly number: number } | undefined {
  if (!/^\d{12,15}$/.test(id)) return undefined;
  const place = Number(id) - firstItemId;
  const home = Math.floor(place / idsPerUser);
  return { home, number: place - home * idsPerUser };
}

/** The folders above, the nearest first; the last is somebody's root folder. */
export function* above(item: ContentItem): Generator<ContentItem> {
  for (let folder = item.parent; folder !== undefined; folder = folder.parent) yield folder;
}

/** The item and everything in it. */
export function* within(item: ContentItem): Generator<ContentItem> {
  yield item;
  for (const child of item.children) yield* within(child);
}

/** Where the ids of one user's items lead. What the user owns hangs below `root`; a moved item may hang below another's. */
export class ContentTree {
  readonly root: ContentItem;
  /** Made by the seed, by their number in it. */
  readonly seededCollaborations: Collaboration[] = [];
  readonly #items: (ContentItem | undefined)[];

  /** @param items by number, the root folder first. */
  constructor(items: (ContentItem | undefined)[]) {
    const root = items[0];
    if (root === undefined) throw new RangeError('A content tree begins with its root folder.');
    this.root = root;
    this.#items = items;
  }

  get nextNumber(): number {
    return this.#items.length;
  }

  at(number: number): ContentItem | undefined {
    return this.#items[number];
  }

  add(item: ContentItem): void {
    this.#items[item.number] = item;
  }

  /** Its id leads nowhere from now on. */
  forget(number: number): void {
    this.#items[number] = undefined;
  }

  find(type: ItemType, id: string): ContentItem | undefined {
    if (type === 'folder' && id === '0') return this.root;
    const position = itemPosition(id);
    const item = position?.home === this.root.home ? this.#items[position.number] : undefined;
    return item?.type === type && item !== this.root ? item : undefined;
  }

  id(item: ContentItem): string {
    return itemId(item);
  }

  /** Of everything below the root, whoever made it. */
  totals(): ContentTotals {
    const totals = { folders: 0, files: 0, webLinks: 0, bytes: this.root.size };
    const kinds = { folder: 'folders', file: 'files', web_link: 'webLinks' } as const;
    for (const item of within(this.root)) if (item !== this.root) totals[kinds[item.type]]++;
    return totals;
  }
}
