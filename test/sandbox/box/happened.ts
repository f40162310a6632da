import type { BoxWorld, Call } from './call.ts';
import { type ContentItem, itemId } from './content-tree.ts';
import { miniFolder } from './item-fields.ts';
import { miniUser } from './user-fields.ts';
import type { UserRecord } from './user-record.ts';

/** What comes of an action, by Box's name for its event: a trigger of webhooks, for items with the type in front. `PURGE` has no event in Box. */
const triggers = {
  UPLOAD: '.UPLOADED',
  EDIT: '.UPLOADED',
  ITEM_CREATE: '.CREATED',
  RENAME: '.RENAMED',
  MOVE: '.MOVED',
  COPY: '.COPIED',
  DELETE: '.TRASHED',
  UNDELETE: '.RESTORED',
  PURGE: '.DELETED',
  DOWNLOAD: '.DOWNLOADED',
  ITEM_MODIFY: undefined,
  ITEM_MAKE_CURRENT_VERSION: undefined,
  COLLABORATION_INVITE: 'COLLABORATION.CREATED',
  COLLABORATION_ACCEPT: 'COLLABORATION.ACCEPTED',
  COLLABORATION_ROLE_CHANGE: 'COLLABORATION.UPDATED',
  COLLABORATION_REMOVE: 'COLLABORATION.REMOVED',
  ITEM_SHARED_CREATE: 'SHARED_LINK.CREATED',
  ITEM_SHARED_UPDATE: 'SHARED_LINK.UPDATED',
  ITEM_SHARED_UNSHARE: 'SHARED_LINK.DELETED',
  METADATA_INSTANCE_CREATE: 'METADATA_INSTANCE.CREATED',
  METADATA_INSTANCE_UPDATE: 'METADATA_INSTANCE.UPDATED',
  METADATA_INSTANCE_DELETE: 'METADATA_INSTANCE.DELETED',
  COMMENT_CREATE: 'COMMENT.CREATED',
  COMMENT_EDIT: 'COMMENT.UPDATED',
  COMMENT_DELETE: 'COMMENT.DELETED',
  TASK_CREATE: undefined,
  NEW_USER: undefined,
  EDIT_USER: undefined,
  DELETE_USER: undefined,
  GROUP_CREATION: undefined,
  GROUP_EDITED: undefined,
  GROUP_DELETION: undefined,
  GROUP_ADD_USER: undefined,
  GROUP_REMOVE_USER: undefined,
} as const satisfies Readonly<Record<string, string | undefined>>;

export type Action = keyof typeof triggers;

export interface Happening {
  readonly action: Action;
  readonly by: UserRecord;
  /** What it was done to; of a collaboration, link or comment: the item that it belongs to. */
  readonly item?: ContentItem;
  /** Instead of an item. */
  readonly user?: UserRecord;
  readonly group?: { readonly id: string; readonly name: string };
  /** What the effect counts for, when it is not the item: a collaboration, for one. */
  readonly id?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** What webhooks are shown instead of the item: a collaboration or a comment. */
  readonly source?: Readonly<Record<string, unknown>>;
}

/** A change has been made: the journal, the event streams and the webhooks learn of it. */
export function happened(world: BoxWorld, call: Pick<Call, 'requestId'>, happening: Happening): void {
  const { action, by, item, user, group, id, details } = happening;
  const at = world.now();
  const subjectId = id ?? (item && itemId(item)) ?? user?.id ?? group?.id ?? '';
  world.journal.addEffect({ at, subject: by.id, action, itemId: subjectId, requestId: call.requestId });
  const source = item ? itemSource(world, item) : user ? miniUser(user) : group ? { type: 'group', ...group } : undefined;
  if (action !== 'PURGE' && source !== undefined) {
    const owner = item && world.enterprise.ownerOf(item).id;
    world.events.add({ type: action, by: by.id, source, ...(owner && { owner }), ...(details && { details }) });
  }
  const trigger = triggers[action];
  if (item === undefined || trigger === undefined || item.type === 'web_link') return;
  world.webhooks.notify({
    trigger: trigger.startsWith('.') ? `${item.type.toUpperCase()}${trigger}` : trigger,
    item,
    by,
    source: happening.source,
  });
}

/** Box's `EventSource`: as things were when it happened. Web links have none. */
function itemSource(world: BoxWorld, item: ContentItem): Record<string, unknown> | undefined {
  if (item.type === 'web_link') return undefined;
  return {
    item_type: item.type,
    item_id: itemId(item),
    item_name: item.name,
    parent: item.parent ? miniFolder(item.parent) : null,
    owned_by: miniUser(world.enterprise.ownerOf(item)),
  };
}
