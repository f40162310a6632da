import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import type { Enterprise } from '../enterprise/enterprise.ts';
import type { UserRecord } from '../enterprise/user-record.ts';

const keptFor = 30 * 86_400_000;

/** What users have thrown away, by owner. After 30 days Box removes it; here it is only seen no more. */
export class Trash {
  readonly #enterprise: Enterprise;
  readonly #now: () => number;
  readonly #byOwner = new Map<number, Set<ContentItem>>();

  constructor(enterprise: Enterprise, now: () => number) {
    this.#enterprise = enterprise;
    this.#now = now;
  }

  add(item: ContentItem): void {
    const { index } = this.#enterprise.ownerOf(item);
    const items = this.#byOwner.get(index) ?? new Set();
    this.#byOwner.set(index, items.add(item));
  }

  /** The folder that it lay in may belong to somebody else by now; it is still in the trash of who owned it then. */
  remove(item: ContentItem): void {
    for (const items of this.#byOwner.values()) if (items.delete(item)) return;
  }

  /** The items themselves, without what is in them. */
  of(user: UserRecord): readonly ContentItem[] {
    return [...(this.#byOwner.get(user.index) ?? [])].filter((item) => this.#holds(item));
  }

  find(user: UserRecord, type: ContentItem['type'], id: string): ContentItem | undefined {
    return this.of(user).find((item) => item.type === type && itemId(item) === id);
  }

  #holds({ more }: ContentItem): boolean {
    return more?.trashedAt !== undefined && this.#now() < more.trashedAt + keptFor;
  }
}
