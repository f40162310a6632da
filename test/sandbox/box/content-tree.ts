export type ItemType = 'folder' | 'file' | 'web_link';

/** A file, folder or web link; dates in milliseconds, size in bytes (a folder's: everything below it). */
export interface ContentItem {
  /** Position in its tree; the root folder is 0. */
  readonly number: number;
  readonly type: ItemType;
  readonly name: string;
  readonly parent: ContentItem | undefined;
  /** Set by the seed once, when sizes have been dealt out. */
  size: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** In Box's order: folders, files, web links, each by name. Empty for anything but a folder. */
  readonly children: ContentItem[];
}

export interface ContentTotals {
  readonly folders: number;
  readonly files: number;
  readonly webLinks: number;
  readonly bytes: number;
}

const firstItemId = 200_000_000_000;
const idsPerUser = 10_000_000;

/** What one user owns. Ids carry the owner's position, so an id of somebody else is simply not found here, as in Box. */
export class ContentTree {
  readonly root: ContentItem;
  readonly #owner: number;
  readonly #items: readonly ContentItem[];

  /** @param items by number, the root folder first. */
  constructor(owner: number, items: readonly ContentItem[]) {
    const root = items[0];
    if (root === undefined) throw new RangeError('A content tree begins with its root folder.');
    this.root = root;
    this.#owner = owner;
    this.#items = items;
  }

  /** Folder `0` is the root of whoever asks. */
  find(type: ItemType, id: string): ContentItem | undefined {
    if (type === 'folder' && id === '0') return this.root;
    const number = /^\d{1,15}$/.test(id) ? Number(id) - this.#firstId() : 0;
    const item = number > 0 ? this.#items[number] : undefined;
    return item?.type === type ? item : undefined;
  }

  id(item: ContentItem): string {
    return item.number === 0 ? '0' : String(this.#firstId() + item.number);
  }

  totals(): ContentTotals {
    const below = this.#items.slice(1);
    const count = (type: ItemType) => below.filter((item) => item.type === type).length;
    const files = below.filter((item) => item.type === 'file');
    return {
      folders: count('folder'),
      files: files.length,
      webLinks: count('web_link'),
      bytes: files.reduce((sum, item) => sum + item.size, 0),
    };
  }

  #firstId(): number {
    return firstItemId + this.#owner * idsPerUser;
  }
}
