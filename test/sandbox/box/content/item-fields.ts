import { classificationField, classificationTemplate } from '../annotations/template.ts';
import { boxDate } from '../box-date.ts';
import { above, type ContentItem, type ItemType, itemId } from '../enterprise/content-tree.ts';
import { type FieldTable, render } from '../http/fields.ts';
import { miniUser } from '../people/user-fields.ts';
import { liveCollaborations } from '../sharing/collaboration.ts';
import { renderLink } from '../sharing/render-link.ts';
import { renderPermissions } from '../sharing/render-permissions.ts';
import { sha1Of, versionId, versionNumber } from './file-version.ts';
import { isTrashed, type Place } from './place.ts';

/** Box knows neither version nor dates of a root folder. */
const unlessRoot = (value: (view: Place) => unknown) => (view: Place) => (view.item.parent === undefined ? null : value(view));

const trashedFor = 30 * 86_400_000;

const shared: FieldTable<Place> = {
  type: ({ item }) => item.type,
  id: ({ item }) => itemId(item),
  etag: unlessRoot(({ item }) => String(item.etag)),
  sequence_id: unlessRoot(({ item }) => String(item.etag)),
  name: ({ item }) => item.name,
  description: ({ item }) => item.more?.description ?? '',
  path_collection: pathCollection,
  created_at: unlessRoot(({ item }) => boxDate(item.createdAt)),
  modified_at: unlessRoot(({ item }) => boxDate(item.modifiedAt)),
  created_by: (view) => person(view, view.item.more?.createdBy),
  modified_by: (view) => person(view, view.item.more?.modifiedBy),
  owned_by: ({ owner }) => miniUser(owner),
  trashed_at: ({ item }) => dateOrNull(item.more?.trashedAt),
  purged_at: ({ item }) => dateOrNull(item.more?.trashedAt, trashedFor),
  shared_link: ({ item, role, world }) => renderLink(item, role, world),
  parent: unlessRoot(parent),
  item_status: ({ item }) => (isTrashed(item) ? 'trashed' : 'active'),
};

const sized: FieldTable<Place> = {
  ...shared,
  size: ({ item }) => item.size,
  content_created_at: unlessRoot(({ item }) => boxDate(item.more?.contentCreatedAt ?? item.createdAt)),
  content_modified_at: unlessRoot(({ item }) => boxDate(item.more?.contentModifiedAt ?? item.modifiedAt)),
};

const onRequest: FieldTable<Place> = {
  has_collaborations: ({ item, world }) => liveCollaborations(item, world.now()).length > 0,
  is_externally_owned: ({ owner, world }) => world.enterprise.user(owner.id) === undefined,
  tags: ({ item }) => item.more?.tags ?? [],
  classification,
  permissions: ({ item, role }) => renderPermissions(item.type, role),
  allowed_invitee_roles: () => ['editor', 'viewer', 'previewer', 'uploader', 'previewer uploader', 'viewer uploader', 'co-owner'],
};

const folder: FieldTable<Place> = {
  ...sized,
  folder_upload_email: ({ item }) => item.more?.settings?.folder_upload_email ?? null,
  ...onRequest,
  can_non_owners_invite: setting('can_non_owners_invite', true),
  can_non_owners_view_collaborators: setting('can_non_owners_view_collaborators', true),
  is_collaboration_restricted_to_enterprise: setting('is_collaboration_restricted_to_enterprise', false),
  allowed_shared_link_access_levels: () => ['open', 'company', 'collaborators'],
  sync_state: () => 'not_synced',
};

const file: FieldTable<Place> = {
  ...sized,
  sha1: ({ item }) => sha1Of(item),
  file_version: ({ item }) => ({ type: 'file_version', id: versionId(item), sha1: sha1Of(item) }),
  ...onRequest,
  extension: ({ item }) => item.name.split('.').at(-1) ?? '',
  version_number: ({ item }) => String(versionNumber(item)),
  comment_count: ({ item }) => item.more?.annotations?.comments.length ?? 0,
  is_package: () => false,
};

const webLink: FieldTable<Place> = {
  ...shared,
  url: () => 'https://intranet.northwind.example/',
};

export const itemFields: Readonly<Record<ItemType, FieldTable<Place>>> = {
  folder,
  file,
  web_link: webLink,
};

export const itemBase: readonly string[] = ['type', 'id', 'etag'];

const upTo = (table: FieldTable<Place>, first: string) => Object.keys(table).slice(0, Object.keys(table).indexOf(first));

/** What comes when a single item is read without `fields`. */
export const itemStandard: Readonly<Record<ItemType, readonly string[]>> = {
  folder: upTo(folder, 'has_collaborations'),
  file: upTo(file, 'has_collaborations'),
  web_link: Object.keys(webLink),
};

/** What comes for each entry of a folder without `fields`. */
export const itemMini: Readonly<Record<ItemType, readonly string[]>> = {
  folder: ['type', 'id', 'etag', 'sequence_id', 'name'],
  file: ['type', 'id', 'etag', 'sequence_id', 'name', 'sha1', 'file_version'],
  web_link: ['type', 'id', 'etag', 'sequence_id', 'name', 'url'],
};

export function renderItem(view: Place, names: readonly string[]): Record<string, unknown> {
  return render(view, itemFields[view.item.type], names);
}

export function miniFolder(item: ContentItem): Record<string, unknown> {
  const version = item.parent === undefined ? null : String(item.etag);
  return { type: 'folder', id: itemId(item), etag: version, sequence_id: version, name: item.name };
}

const allFiles = { type: 'folder', id: '0', etag: null, sequence_id: null, name: 'All Files' };

/** Of the enterprise's template that Box makes when classifications are turned on. */
function classification({ item }: Place): unknown {
  const labels = [...(item.more?.annotations?.metadata.values() ?? [])].filter(({ templateKey }) => templateKey === classificationTemplate);
  const name = labels[0]?.values[classificationField];
  return name === undefined ? null : { name, definition: '', color: '#C3E5FF' };
}

/** What hangs above the highest folder that the viewer sees is hidden; that one seems to be in his own root. */
function pathCollection({ item, top }: Place): unknown {
  const entries: unknown[] = [];
  if (item !== top) {
    for (const ancestor of above(item)) {
      entries.unshift(miniFolder(ancestor));
      if (ancestor === top) break;
    }
  }
  if (top !== undefined) entries.unshift(allFiles);
  return { total_count: entries.length, entries };
}

function parent({ item, top }: Place): unknown {
  if (item === top) return allFiles;
  return item.parent ? miniFolder(item.parent) : null;
}

function person({ world, owner }: Place, id: string | undefined): unknown {
  return miniUser((id === undefined ? undefined : world.enterprise.anybody(id)) ?? owner);
}

function dateOrNull(at: number | undefined, later = 0): string | null {
  return at === undefined ? null : boxDate(at + later);
}

function setting(name: string, usual: unknown): (view: Place) => unknown {
  return ({ item }) => item.more?.settings?.[name] ?? usual;
}
