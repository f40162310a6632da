import type { BoxWorld } from '../call.ts';
import { addItem, holderOf, move } from '../content/shelf.ts';
import { type ContentItem, within } from '../enterprise/content-tree.ts';
import type { UserRecord } from '../enterprise/user-record.ts';

interface Transfer {
  readonly from: UserRecord;
  readonly folder: ContentItem;
  /** What is still to go, the last first, each with its time in milliseconds. */
  readonly left: { readonly item: ContentItem; readonly at: number }[];
  readonly to: UserRecord;
  readonly doneAt: number;
}

const itemsPerSecond = 500;

/** Content on its way from one owner to another: item by item of the root folder, while the simulator's clock goes on. */
export class Transfers {
  readonly #world: () => BoxWorld;
  readonly #shortest: number;
  #underWay: Transfer[] = [];

  /** @param shortest in milliseconds; large accounts take longer. */
  constructor(world: () => BoxWorld, shortest: number) {
    this.#world = world;
    this.#shortest = shortest;
  }

  /** @returns the folder in which everything will be. */
  begin(from: UserRecord, to: UserRecord, by: UserRecord): ContentItem {
    const world = this.#world();
    const { root } = world.enterprise.content(from);
    const target = world.enterprise.content(to).root;
    const folder = addItem(world, target, {
      type: 'folder',
      name: freeName(target, `${from.login} - Files and Folders`),
      size: 0,
      by: by.id,
    });
    const items = [...root.children];
    let count = 0;
    for (const _ of within(root)) count++;
    const duration = Math.max(this.#shortest, ((count - 1) * 1000) / itemsPerSecond);
    const start = world.now();
    const left = items.map((item, nth) => ({ item, at: start + (duration * (nth + 1)) / items.length })).reverse();
    this.#underWay.push({ from, to, folder, left, doneAt: start + duration });
    this.settle();
    return folder;
  }

  /** Moves what is due by now. */
  settle(): void {
    if (this.#underWay.length === 0) return;
    const world = this.#world();
    for (const { left, folder, from, doneAt } of this.#underWay) {
      for (let next = left.at(-1); next !== undefined && next.at <= world.now(); next = left.at(-1)) {
        left.pop();
        const stillThere =
          next.item.parent?.home === from.index && next.item.parent.number === 0 && next.item.more?.trashedAt === undefined;
        if (stillThere) move(world, next.item, folder, freeName(folder, next.item.name));
      }
      if (doneAt <= world.now()) left.length = 0;
    }
    this.#underWay = this.#underWay.filter(({ doneAt }) => world.now() < doneAt);
  }

  /** Whether the account is giving or getting content right now. */
  locks(user: UserRecord): boolean {
    return this.#underWay.some(({ from, to }) => from.id === user.id || to.id === user.id);
  }
}

function freeName(folder: ContentItem, name: string): string {
  for (let nth = 1; ; nth++) {
    const tried = nth === 1 ? name : `${name} (${nth})`;
    if (holderOf(folder, tried) === undefined) return tried;
  }
}
