import * as z from 'zod/mini';

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

/** Box's events by what a webhook calls them; for those that begin with a dot, the type of the item stands in front. */
const triggers: Readonly<Record<string, string>> = {
  UPLOAD: '.UPLOADED',
  EDIT: '.UPLOADED',
  PREVIEW: '.PREVIEWED',
  DOWNLOAD: '.DOWNLOADED',
  DELETE: '.TRASHED',
  UNDELETE: '.RESTORED',
  COPY: '.COPIED',
  MOVE: '.MOVED',
  RENAME: '.RENAMED',
  LOCK: '.LOCKED',
  UNLOCK: '.UNLOCKED',
  ITEM_CREATE: '.CREATED',
  ITEM_SHARED_CREATE: 'SHARED_LINK.CREATED',
  ITEM_SHARED_UPDATE: 'SHARED_LINK.UPDATED',
  ITEM_SHARED_UNSHARE: 'SHARED_LINK.DELETED',
  COLLABORATION_INVITE: 'COLLABORATION.CREATED',
  COLLABORATION_ACCEPT: 'COLLABORATION.ACCEPTED',
  COLLABORATION_ROLE_CHANGE: 'COLLABORATION.UPDATED',
  COLLABORATION_REMOVE: 'COLLABORATION.REMOVED',
  METADATA_INSTANCE_CREATE: 'METADATA_INSTANCE.CREATED',
  METADATA_INSTANCE_UPDATE: 'METADATA_INSTANCE.UPDATED',
  METADATA_INSTANCE_DELETE: 'METADATA_INSTANCE.DELETED',
};

/** `undefined` for what webhooks don't tell. */
export function triggerOf({ type, item, collaborationId }: Happened): string | undefined {
  const trigger = triggers[type];
  if (trigger?.startsWith('COLLABORATION.') && collaborationId === undefined) return undefined;
  return trigger?.startsWith('.') ? item.type.toUpperCase() + trigger : trigger;
}

/** What to ask Box's history for. */
export function eventTypesOf(wanted: readonly string[]): readonly string[] {
  return Object.keys(triggers).filter((type) => wanted.some((trigger) => trigger.endsWith(triggers[type] ?? ' ')));
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
