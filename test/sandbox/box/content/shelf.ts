import type { BoxWorld } from '../call.ts';
import { positionIn } from '../enterprise/content-order.ts';
import { type ContentItem, type ItemMore, type ItemType, within } from '../enterprise/content-tree.ts';
import { childless } from '../enterprise/seed-content.ts';
import type { UserRecord } from '../enterprise/user-record.ts';

/** What a new item is made of. */
export interface NewItem {
  readonly type: ItemType;
  readonly name: string;
  readonly size: number;
  readonly by: string;
  readonly more?: ItemMore;
}

/** Changes of the trees. Each keeps the order of folders, the sizes above and the owner's used space right. */
export function addItem(world: BoxWorld, parent: ContentItem, { type, name, size, by, more }: NewItem): ContentItem {
  const { enterprise } = world;
  enterprise.forest.keep(parent);
  const owner = enterprise.ownerOf(parent);
  const tree = enterprise.content(owner);
  const now = world.now();
  const item: ContentItem = {
    number: tree.nextNumber,
    home: owner.index,
    type,
    name,
    parent: undefined,
    size: 0,
    createdAt: now,
    modifiedAt: now,
    etag: 0,
    children: type === 'folder' ? [] : childless,
    more: { ...more, createdBy: by, modifiedBy: by },
  };
  tree.add(item);
  put(world, item, parent);
  grow(world, item, size);
  return item;
}

/** Hangs a loose item into a folder. */
export function put(world: BoxWorld, item: ContentItem, parent: ContentItem): void {
  world.enterprise.forest.keep(parent);
  item.parent = parent;
  parent.children.splice(positionIn(parent.children, item), 0, item);
  resize(parent, item.size);
  namesOf.get(parent)?.set(item.name.toLowerCase(), item);
}

/** Takes an item out of its folder. `parent` stays, to tell whose it was. */
export function take(world: BoxWorld, item: ContentItem): void {
  const { parent } = item;
  if (parent === undefined) return;
  world.enterprise.forest.keep(item);
  world.enterprise.forest.keep(parent);
  const position = positionIn(parent.children, item);
  if (parent.children[position] !== item) return;
  parent.children.splice(position, 1);
  resize(parent, -item.size);
  namesOf.get(parent)?.delete(item.name.toLowerCase());
}

/** To another folder, perhaps another owner's, perhaps under another name. */
export function move(world: BoxWorld, item: ContentItem, parent: ContentItem, name = item.name): void {
  const from = world.enterprise.ownerOf(item);
  take(world, item);
  item.name = name;
  put(world, item, parent);
  world.enterprise.forest.keep(item);
  charge(world, item, from);
}

/** Out of the trash of `from`, into a folder that may be another owner's by now. */
export function putBack(world: BoxWorld, item: ContentItem, parent: ContentItem, from: UserRecord): void {
  put(world, item, parent);
  charge(world, item, from);
}

export function rename(world: BoxWorld, item: ContentItem, name: string): void {
  if (item.parent) move(world, item, item.parent, name);
}

/** Another size of the item itself, as when a file gets a new version; `kept` is what its former bytes go on using. */
export function grow(world: BoxWorld, item: ContentItem, bytes: number, kept = 0): void {
  resize(item, bytes);
  use(world, world.enterprise.ownerOf(item).id, bytes + kept);
}

/** For good: ids of the item and of everything in it lead nowhere. @param owner whose space it takes. */
export function destroy(world: BoxWorld, item: ContentItem, owner: UserRecord): void {
  const bytes = bytesOf(item);
  take(world, item);
  for (const each of [...within(item)]) {
    world.enterprise.forest.keep(each);
    world.collaborations.drop(each);
    world.enterprise.forest.tree(each.home)?.forget(each.number);
  }
  use(world, owner.id, -bytes);
}

/** Every change counts. */
export function touch(world: BoxWorld, item: ContentItem, by: string): ItemMore {
  world.enterprise.forest.keep(item);
  item.etag++;
  item.modifiedAt = world.now();
  item.more = { ...item.more, modifiedBy: by };
  return item.more;
}

const namesOf = new WeakMap<ContentItem, Map<string, ContentItem>>();

/** Box allows a name once per folder, whatever the type and the case. */
export function holderOf(parent: ContentItem, name: string, except?: ContentItem): ContentItem | undefined {
  let names = namesOf.get(parent);
  if (names === undefined) {
    names = new Map(parent.children.map((child) => [child.name.toLowerCase(), child]));
    namesOf.set(parent, names);
  }
  const holder = names.get(name.toLowerCase());
  return holder === except ? undefined : holder;
}

function resize(item: ContentItem, bytes: number): void {
  if (bytes === 0) return;
  for (let at: ContentItem | undefined = item; at !== undefined; at = at.parent) at.size += bytes;
}

/** The space of an item that has come from another owner. */
function charge(world: BoxWorld, item: ContentItem, from: UserRecord): void {
  const to = world.enterprise.ownerOf(item);
  if (from.index === to.index) return;
  const bytes = bytesOf(item);
  use(world, from.id, -bytes);
  use(world, to.id, bytes);
}

function use(world: BoxWorld, userId: string, bytes: number): void {
  const user = world.enterprise.anybody(userId);
  if (user && bytes !== 0) world.enterprise.change(userId, { spaceUsed: user.spaceUsed + bytes });
}

/** Earlier versions use space too. */
function bytesOf(item: ContentItem): number {
  let bytes = 0;
  for (const { type, size, more } of within(item)) {
    if (type === 'file') bytes += size + (more?.versions ?? []).reduce((sum, version) => sum + version.content.size, 0);
  }
  return bytes;
}
