import * as z from 'zod/mini';
import type { KnownTrigger } from '../../declare/trigger.ts';

/** Something that Box's history tells, as far as webhooks tell it too. */
export interface Happened {
  readonly id: string;
  /** Box's name for it, such as `UPLOAD`. */
  readonly type: string;
  /** RFC 3339, as Box wrote it. */
  readonly at: string;
  /** User id. */
  readonly by: string;
  readonly item: { readonly type: 'file' | 'folder'; readonly id: string };
  readonly parentId: string | undefined;
  readonly collaborationId: string | undefined;
}

/** What a webhook calls something that happened to an item, by the item's type. */
type Told = Readonly<Partial<Record<Happened['item']['type'], KnownTrigger>>>;

/** An enterprise's events by what webhooks call them. A user's own stream has other names, which its history does not know. */
const triggers: Readonly<Record<string, Told>> = {
  // The history has no other name for a new folder.
  UPLOAD: { file: 'FILE.UPLOADED', folder: 'FOLDER.CREATED' },
  EDIT: { file: 'FILE.UPLOADED' },
  PREVIEW: { file: 'FILE.PREVIEWED' },
  DOWNLOAD: { file: 'FILE.DOWNLOADED', folder: 'FOLDER.DOWNLOADED' },
  DELETE: { file: 'FILE.TRASHED', folder: 'FOLDER.TRASHED' },
  UNDELETE: { file: 'FILE.RESTORED', folder: 'FOLDER.RESTORED' },
  COPY: { file: 'FILE.COPIED', folder: 'FOLDER.COPIED' },
  MOVE: { file: 'FILE.MOVED', folder: 'FOLDER.MOVED' },
  RENAME: { file: 'FILE.RENAMED', folder: 'FOLDER.RENAMED' },
  LOCK: { file: 'FILE.LOCKED' },
  UNLOCK: { file: 'FILE.UNLOCKED' },
  SHARE: either('SHARED_LINK.CREATED'),
  ITEM_SHARED_UPDATE: either('SHARED_LINK.UPDATED'),
  SHARE_EXPIRATION: either('SHARED_LINK.UPDATED'),
  UPDATE_SHARE_EXPIRATION: either('SHARED_LINK.UPDATED'),
  UNSHARE: either('SHARED_LINK.DELETED'),
  COLLABORATION_INVITE: either('COLLABORATION.CREATED'),
  COLLABORATION_ACCEPT: either('COLLABORATION.ACCEPTED'),
  COLLABORATION_ROLE_CHANGE: either('COLLABORATION.UPDATED'),
  COLLABORATION_EXPIRATION: either('COLLABORATION.UPDATED'),
  UPDATE_COLLABORATION_EXPIRATION: either('COLLABORATION.UPDATED'),
  COLLABORATION_REMOVE: either('COLLABORATION.REMOVED'),
  METADATA_INSTANCE_CREATE: either('METADATA_INSTANCE.CREATED'),
  METADATA_INSTANCE_UPDATE: either('METADATA_INSTANCE.UPDATED'),
  METADATA_INSTANCE_DELETE: either('METADATA_INSTANCE.DELETED'),
};

function either(trigger: KnownTrigger): Told {
  return { file: trigger, folder: trigger };
}

/** `undefined` for what webhooks don't tell. */
export function triggerOf({ type, item, collaborationId }: Happened): string | undefined {
  const trigger = triggers[type]?.[item.type];
  return trigger?.startsWith('COLLABORATION.') && collaborationId === undefined ? undefined : trigger;
}

/** All that Box's history may be asked for. */
export const eventTypes: readonly string[] = Object.keys(triggers);

/** What to ask Box's history for; nothing for what it does not tell of, such as comments. */
export function eventTypesOf(wanted: readonly string[]): readonly string[] {
  return eventTypes.filter((type) => Object.values(triggers[type] ?? {}).some((trigger) => wanted.includes(trigger)));
}

const eventSchema = z.object({
  event_id: z.string(),
  event_type: z.string(),
  created_at: z.string(),
  created_by: z.object({ id: z.string() }),
  source: z.object({ item_type: z.enum(['file', 'folder']), item_id: z.string(), parent: z.nullish(z.object({ id: z.string() })) }),
  additional_details: z.nullish(z.object({ collab_id: z.optional(z.string()) })),
});

/** Of an entry of Box's events; `undefined` for one that is not about a file or a folder. */
export function happenedFrom(entry: unknown): Happened | undefined {
  const { data } = eventSchema.safeParse(entry);
  if (data === undefined) return undefined;
  return {
    id: data.event_id,
    type: data.event_type,
    at: data.created_at,
    by: data.created_by.id,
    item: { type: data.source.item_type, id: data.source.item_id },
    parentId: data.source.parent?.id,
    collaborationId: data.additional_details?.collab_id,
  };
}
