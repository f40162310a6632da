/** The start of what Box says of something, as Box writes it: every further field passes through. */
export interface Source {
  readonly type: string;
  readonly id: string;
  readonly [field: string]: unknown;
}

/** A file as it was when the event happened, or only its id where the webhook's creator can't see it. Later events overtake: refetch it. */
export interface FileSource extends Source {
  readonly type: 'file';
  /** Of an upload: the version that it made. */
  readonly file_version?: Source | null;
}

/** A folder as it was when the event happened. */
export interface FolderSource extends Source {
  readonly type: 'folder';
}

/** A comment, and the item that it is on. */
export interface CommentSource extends Source {
  readonly type: 'comment';
  readonly item?: Source | null;
}

/** An invitation to an item, or what became of it. */
export interface CollaborationSource extends Source {
  readonly type: 'collaboration';
  /** What is shared: `file` or `folder`. */
  readonly item?: Source | null;
}

/** A task that was given to somebody, and the item that it is about. */
export interface TaskAssignmentSource extends Source {
  readonly type: 'task_assignment';
  readonly item?: Source | null;
}

type Of<Name extends string, What extends string, S> = { readonly [W in `${Name}.${What}`]: S };

/** What each trigger speaks of, as far as Box says. developer.box.com/guides/webhooks/triggers */
export type Sources = Of<'FILE', FileEvent, FileSource> &
  Of<'FOLDER', FolderEvent, FolderSource> &
  Of<'SHARED_LINK', 'CREATED' | 'UPDATED' | 'DELETED', FileSource | FolderSource> &
  Of<'COLLABORATION', 'CREATED' | 'ACCEPTED' | 'REJECTED' | 'REMOVED' | 'UPDATED', CollaborationSource> &
  Of<'COMMENT', 'CREATED' | 'UPDATED' | 'DELETED', CommentSource> &
  Of<'TASK_ASSIGNMENT', 'CREATED' | 'UPDATED', TaskAssignmentSource> &
  Of<'METADATA_INSTANCE', 'CREATED' | 'UPDATED' | 'DELETED', Source> &
  Of<'SIGN_REQUEST', SignEvent, Source>;

type FileEvent = 'UPLOADED' | FileOrFolderEvent | 'PREVIEWED' | 'LOCKED' | 'UNLOCKED';
type FolderEvent = 'CREATED' | FileOrFolderEvent;
type FileOrFolderEvent = 'DOWNLOADED' | 'TRASHED' | 'DELETED' | 'RESTORED' | 'COPIED' | 'MOVED' | 'RENAMED';
/** Box's guide and its OpenAPI description disagree on the names of the rest. */
type SignEvent = 'COMPLETED' | 'DECLINED' | 'EXPIRED' | 'SIGNER_EMAIL_BOUNCED';

/** A trigger that Box's documentation names. */
export type KnownTrigger = keyof Sources;

/** Any trigger: Box adds new ones, and an unknown one is no mistake. */
export type Trigger = KnownTrigger | (string & {});

/** Sent to every webhook of the app, whatever its triggers: Box has removed it, or its creator can't act any more. */
export const noticesOfBox = ['WEBHOOK.DELETED', 'NO_ACTIVE_SESSION'] as const;

const documented = /^(FILE|FOLDER|SHARED_LINK|COLLABORATION|COMMENT|TASK_ASSIGNMENT|METADATA_INSTANCE|SIGN_REQUEST)\./;

/** Whether an event of this trigger is about something: of those that Box's documentation does not name, nobody knows. */
export function hasSource(trigger: string): boolean {
  return documented.test(trigger);
}

/** What befalls a folder only: a webhook on a file would never hear of it. */
const ofFoldersOnly = /^(FOLDER\..*|COLLABORATION\..*|FILE\.UPLOADED)$/;

/** Whether Box takes a webhook with this trigger on such an item. */
export function fitsTarget(trigger: string, type: 'file' | 'folder'): boolean {
  return type === 'folder' || !ofFoldersOnly.test(trigger);
}
