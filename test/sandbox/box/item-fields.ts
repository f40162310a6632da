import { createHash } from 'node:crypto';
import { boxDate } from './box-date.ts';
import type { ContentItem, ContentTree, ItemType } from './content-tree.ts';
import { type FieldTable, render } from './fields.ts';
import { miniUser } from './user-fields.ts';
import type { UserRecord } from './user-record.ts';

export interface ItemView {
  readonly item: ContentItem;
  readonly tree: ContentTree;
  readonly owner: UserRecord;
}

/** Box knows neither version nor dates of a root folder. */
const unlessRoot = (value: (view: ItemView) => unknown) => (view: ItemView) => (view.item.parent === undefined ? null : value(view));

const shared: FieldTable<ItemView> = {
  type: ({ item }) => item.type,
  id: ({ item, tree }) => tree.id(item),
  etag: unlessRoot(() => '0'),
  sequence_id: unlessRoot(() => '0'),
  name: ({ item }) => item.name,
  description: () => '',
  path_collection: pathCollection,
  created_at: unlessRoot(({ item }) => boxDate(item.createdAt)),
  modified_at: unlessRoot(({ item }) => boxDate(item.modifiedAt)),
  created_by: ({ owner }) => miniUser(owner),
  modified_by: ({ owner }) => miniUser(owner),
  owned_by: ({ owner }) => miniUser(owner),
  trashed_at: () => null,
  purged_at: () => null,
  shared_link: () => null,
  parent: unlessRoot(({ item, tree }) => (item.parent ? mini(item.parent, tree) : null)),
  item_status: () => 'active',
};

const sized: FieldTable<ItemView> = {
  ...shared,
  size: ({ item }) => item.size,
  content_created_at: unlessRoot(({ item }) => boxDate(item.createdAt)),
  content_modified_at: unlessRoot(({ item }) => boxDate(item.modifiedAt)),
};

const folder: FieldTable<ItemView> = {
  ...sized,
  folder_upload_email: () => null,
  has_collaborations: () => false,
  is_externally_owned: () => false,
  can_non_owners_invite: () => true,
  can_non_owners_view_collaborators: () => true,
  is_collaboration_restricted_to_enterprise: () => false,
  sync_state: () => 'not_synced',
};

const file: FieldTable<ItemView> = {
  ...sized,
  sha1: ({ item, tree }) => sha1(item, tree),
  file_version: ({ item, tree }) => ({
    type: 'file_version',
    id: `9${tree.id(item)}`,
    sha1: sha1(item, tree),
  }),
  extension: ({ item }) => item.name.split('.').at(-1) ?? '',
  version_number: () => '1',
  comment_count: () => 0,
  is_package: () => false,
  has_collaborations: () => false,
  is_externally_owned: () => false,
};

const webLink: FieldTable<ItemView> = {
  ...shared,
  url: () => 'https://intranet.northwind.example/',
};

export const itemFields: Readonly<Record<ItemType, FieldTable<ItemView>>> = {
  folder,
  file,
  web_link: webLink,
};

export const itemBase: readonly string[] = ['type', 'id', 'etag'];

const only = (table: FieldTable<ItemView>, without: readonly string[]) => Object.keys(table).filter((name) => !without.includes(name));
const onRequest = ['has_collaborations', 'is_externally_owned', 'can_non_owners_invite', 'can_non_owners_view_collaborators', 'sync_state'];

/** What comes when a single item is read without `fields`. */
export const itemStandard: Readonly<Record<ItemType, readonly string[]>> = {
  folder: only(folder, [...onRequest, 'is_collaboration_restricted_to_enterprise']),
  file: only(file, [...onRequest, 'extension', 'version_number', 'comment_count', 'is_package']),
  web_link: Object.keys(webLink),
};

/** What comes for each entry of a folder without `fields`. */
export const itemMini: Readonly<Record<ItemType, readonly string[]>> = {
  folder: ['type', 'id', 'etag', 'sequence_id', 'name'],
  file: ['type', 'id', 'etag', 'sequence_id', 'name', 'sha1', 'file_version'],
  web_link: ['type', 'id', 'etag', 'sequence_id', 'name', 'url'],
};

function mini(item: ContentItem, tree: ContentTree): Record<string, unknown> {
  const version = item.parent === undefined ? null : '0';
  return { type: 'folder', id: tree.id(item), etag: version, sequence_id: version, name: item.name };
}

function pathCollection({ item, tree }: ItemView): unknown {
  const entries: unknown[] = [];
  for (let above = item.parent; above !== undefined; above = above.parent) entries.unshift(mini(above, tree));
  return { total_count: entries.length, entries };
}

/** Files have no bytes here; the digest only has to be stable and to differ. */
function sha1(item: ContentItem, tree: ContentTree): string {
  return createHash('sha1')
    .update(`${tree.id(item)}/${item.name}`)
    .digest('hex');
}

export function renderItem(view: ItemView, names: readonly string[]): Record<string, unknown> {
  return render(view, itemFields[view.item.type], names);
}
