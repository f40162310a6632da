import { type ContentItem, type ContentTree, type ItemType, itemPosition } from '../enterprise/content-tree.ts';

const treesKept = 500;

/** Everybody's trees. One that nobody has changed is dropped when it has not been used for long, for it grows again the same. */
export class Forest {
  readonly #grow: (home: number) => ContentTree | undefined;
  readonly #changed = new Map<number, ContentTree>();
  readonly #recent = new Map<number, ContentTree>();

  /** @param grow undefined where there was never a user. */
  constructor(grow: (home: number) => ContentTree | undefined) {
    this.#grow = grow;
  }

  /** How many trees are held because they differ from the seed. */
  get changed(): number {
    return this.#changed.size;
  }

  tree(home: number): ContentTree | undefined {
    const changed = this.#changed.get(home);
    if (changed !== undefined) return changed;
    const tree = this.#recent.get(home) ?? this.#grow(home);
    if (tree === undefined) return undefined;
    this.#recent.delete(home);
    this.#recent.set(home, tree);
    const oldest = this.#recent.keys().next().value;
    if (this.#recent.size > treesKept && oldest !== undefined) this.#recent.delete(oldest);
    return tree;
  }

  /** Not for folder `0`, which is somebody else's for each who asks. */
  find(type: ItemType, id: string): ContentItem | undefined {
    const position = itemPosition(id);
    return position && this.tree(position.home)?.find(type, id);
  }

  /** To be called before an item changes: its tree, and that of its owner, may not be dropped any more. @throws Error for an item of a dropped tree. */
  keep(item: ContentItem): void {
    let top = item;
    while (top.parent !== undefined) top = top.parent;
    for (const home of new Set([item.home, top.home])) {
      if (this.#changed.has(home)) continue;
      const tree = this.tree(home);
      if (tree === undefined) throw new RangeError(`There is no tree number ${home}.`);
      this.#recent.delete(home);
      this.#changed.set(home, tree);
    }
    if (this.tree(item.home)?.at(item.number) !== item) throw new Error('An item of a tree that was dropped must not be changed.');
  }
}
