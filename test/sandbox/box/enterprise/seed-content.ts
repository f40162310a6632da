import { seedSharing } from '../sharing/seed-sharing.ts';
import { extensions, fileWords, folderWords, troublesomeFolders } from './content-names.ts';
import { boxOrder } from './content-order.ts';
import { type ContentItem, ContentTree, type ItemType } from './content-tree.ts';
import { draw, logNormal, pick, randomStream } from './random.ts';
import { type SeedPlan, seedMoment } from './seed-user.ts';
import type { UserRecord } from './user-record.ts';

/** One for all files: a million empty arrays would weigh more than their names. */
export const childless: ContentItem[] = [];

const day = 86_400_000;
const deepest = 14;
/** More than one page of 1,000: the first user's second folder holds this many files when the tree is of some size. */
const crowd = 1_200;

/** The user's content, drawn from the plan and the user alone; the sizes of its files add up to the user's `spaceUsed` exactly. */
export function seedContent(plan: SeedPlan, user: UserRecord): ContentTree {
  const garden = new Garden(user, randomStream(draw(plan.seed, user.index, 99) * 0x7fffffff));
  const folders = user.index === 0 ? plan.contentFolders : 1 + Math.floor(draw(plan.seed, user.index, 98) * 8);
  garden.growFolders(folders);
  if (user.spaceUsed > 0) garden.growFiles(user.index === 0 && folders >= 100 ? crowd : 0);
  garden.growWebLinks();
  garden.dealOutSizes();
  const tree = new ContentTree(garden.items);
  seedSharing(plan, user, tree);
  return tree;
}

/** All that those have who own nothing: the service account, and users who came later. */
export function rootFolder(user: UserRecord): ContentItem {
  const { createdAt, index } = user;
  return {
    number: 0,
    home: index,
    type: 'folder',
    name: 'All Files',
    parent: undefined,
    size: 0,
    createdAt,
    modifiedAt: createdAt,
    etag: 0,
    children: [],
    more: undefined,
  };
}

class Garden {
  readonly items: ContentItem[];
  readonly #user: UserRecord;
  readonly #random: () => number;
  readonly #depths = [0];
  readonly #taken = new Set<string>();
  #folders = 1;

  constructor(user: UserRecord, random: () => number) {
    this.#user = user;
    this.#random = random;
    this.items = [rootFolder(user)];
  }

  growFolders(count: number): void {
    for (let number = 1; number <= count; number++) {
      const parent = this.#parentFolder();
      const troublesome = this.#user.index === 0 ? troublesomeFolders[number - 3] : undefined;
      this.#add('folder', parent, troublesome ?? `${pick(folderWords, this.#random())} ${2016 + Math.floor(10 * this.#random())}`, '');
      this.#depths.push((this.#depths[parent] ?? 0) + 1);
      this.#folders++;
    }
  }

  /** @param crowded how many files the second folder gets on top. */
  growFiles(crowded: number): void {
    for (let folder = 0; folder < this.#folders; folder++) {
      const usual = Math.floor(-3 * Math.log(1 - this.#random()));
      const count = usual + (folder === 2 ? crowded : 0) + (folder === 0 ? 1 : 0);
      for (let nth = 0; nth < count; nth++)
        this.#add('file', folder, pick(fileWords, this.#random()), `.${pick(extensions, this.#random())}`);
    }
  }

  growWebLinks(): void {
    for (let folder = 1; folder < this.#folders; folder += 40) this.#add('web_link', folder, 'Intranet', '');
  }

  /** Weights are log-normal; rounding leaves a remainder, which the last file takes. */
  dealOutSizes(): void {
    const files = this.items.filter((item) => item.type === 'file');
    const weights = files.map(() => (this.#random() < 0.02 ? 0 : logNormal(1, 2, this.#random(), this.#random())));
    const whole = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    let left = this.#user.spaceUsed;
    for (const [nth, file] of files.entries()) {
      const size = nth === files.length - 1 ? left : Math.floor((this.#user.spaceUsed * (weights[nth] ?? 0)) / whole);
      left -= size;
      for (let item: ContentItem | undefined = file; item !== undefined; item = item.parent) item.size += size;
    }
    for (const item of this.items) item.children.sort(boxOrder);
  }

  /** Mostly below a recent folder, which makes chains; sometimes near the root. */
  #parentFolder(): number {
    const share = this.#random();
    if (share < 0.15) return 0;
    const reach = share < 0.6 ? Math.min(6, this.#folders) : this.#folders;
    const parent = this.#folders - 1 - Math.floor(this.#random() * reach);
    return (this.#depths[parent] ?? 0) < deepest ? parent : 0;
  }

  #add(type: ItemType, parentNumber: number, stem: string, ending: string): void {
    const parent = this.items[parentNumber];
    if (parent === undefined) throw new RangeError('A folder is grown before what is in it.');
    const createdAt = this.#user.createdAt + Math.floor((seedMoment - this.#user.createdAt - day) * this.#random());
    const modifiedAt = createdAt + Math.floor((seedMoment - createdAt) * this.#random() ** 2);
    const number = this.items.length;
    const name = this.#freeName(parentNumber, stem, ending, number);
    const item: ContentItem = {
      number,
      home: this.#user.index,
      type,
      name,
      parent,
      size: 0,
      createdAt,
      modifiedAt,
      etag: 0,
      children: type === 'folder' ? [] : childless,
      more: undefined,
    };
    parent.children.push(item);
    this.items.push(item);
  }

  /** Box allows a name once per folder. */
  #freeName(parent: number, stem: string, ending: string, number: number): string {
    const name = this.#taken.has(`${parent}/${stem}${ending}`) ? `${stem} (${number})${ending}` : `${stem}${ending}`;
    this.#taken.add(`${parent}/${name}`);
    return name;
  }
}
