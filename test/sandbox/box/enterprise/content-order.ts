import type { ContentItem, ItemType } from './content-tree.ts';

const rank: Readonly<Record<ItemType, number>> = {
  folder: 0,
  file: 1,
  web_link: 2,
};

/** Where an item stands in its folder. The number settles what else would be equal: two folders of one name, from two owners. */
export type Standing = Pick<ContentItem, 'type' | 'name' | 'home' | 'number'>;

/** Box's order in a folder: folders, files, web links, each by name. */
export function boxOrder(one: Standing, other: Standing): number {
  return rank[one.type] - rank[other.type] || byText(one.name, other.name) || one.home - other.home || one.number - other.number;
}

function byText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** @returns the first position in a sorted list that does not come before the item. */
export function positionIn(sorted: readonly Standing[], item: Standing): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    const there = sorted[middle];
    if (there !== undefined && boxOrder(there, item) < 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
