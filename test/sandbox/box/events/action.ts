/** What Box calls something that somebody did, in each place where it tells of it; where there is no name, it does not. */
export interface ActionNames {
  /** In `admin_logs` and `admin_logs_streaming`: of the `event_type` that Box's OpenAPI description lets one filter by. */
  readonly enterprise?: string;
  /** In a user's own stream: developer.box.com/guides/events/user-events/for-user */
  readonly user?: string;
  /** The trigger of webhooks; with a dot in front, what follows the type of the item. */
  readonly webhook?: string;
}

const names = {
  UPLOAD: { enterprise: 'UPLOAD', user: 'ITEM_UPLOAD', webhook: '.UPLOADED' },
  EDIT: { enterprise: 'EDIT', user: 'ITEM_UPLOAD', webhook: '.UPLOADED' },
  // Box says "Uploaded" of files and folders, and lists nothing else that a new folder could be: a guess.
  ITEM_CREATE: { enterprise: 'UPLOAD', user: 'ITEM_CREATE', webhook: '.CREATED' },
  RENAME: { enterprise: 'RENAME', user: 'ITEM_RENAME', webhook: '.RENAMED' },
  MOVE: { enterprise: 'MOVE', user: 'ITEM_MOVE', webhook: '.MOVED' },
  COPY: { enterprise: 'COPY', user: 'ITEM_COPY', webhook: '.COPIED' },
  DELETE: { enterprise: 'DELETE', user: 'ITEM_TRASH', webhook: '.TRASHED' },
  UNDELETE: { enterprise: 'UNDELETE', user: 'ITEM_UNDELETE_VIA_TRASH', webhook: '.RESTORED' },
  PURGE: { webhook: '.DELETED' },
  DOWNLOAD: { enterprise: 'DOWNLOAD', user: 'ITEM_DOWNLOAD', webhook: '.DOWNLOADED' },
  ITEM_MODIFY: { enterprise: 'ITEM_MODIFY' },
  ITEM_MAKE_CURRENT_VERSION: { enterprise: 'FILE_VERSION_RESTORE', user: 'ITEM_MAKE_CURRENT_VERSION' },
  COLLABORATION_INVITE: { enterprise: 'COLLABORATION_INVITE', user: 'COLLAB_INVITE_COLLABORATOR', webhook: 'COLLABORATION.CREATED' },
  COLLABORATION_ACCEPT: { enterprise: 'COLLABORATION_ACCEPT', user: 'COLLAB_ADD_COLLABORATOR', webhook: 'COLLABORATION.ACCEPTED' },
  // No stream has a type for it.
  COLLABORATION_REJECT: { webhook: 'COLLABORATION.REJECTED' },
  COLLABORATION_ROLE_CHANGE: { enterprise: 'COLLABORATION_ROLE_CHANGE', user: 'COLLAB_ROLE_CHANGE', webhook: 'COLLABORATION.UPDATED' },
  COLLABORATION_REMOVE: { enterprise: 'COLLABORATION_REMOVE', user: 'COLLAB_REMOVE_COLLABORATOR', webhook: 'COLLABORATION.REMOVED' },
  ITEM_SHARED_CREATE: { enterprise: 'SHARE', user: 'ITEM_SHARED_CREATE', webhook: 'SHARED_LINK.CREATED' },
  ITEM_SHARED_UPDATE: { enterprise: 'ITEM_SHARED_UPDATE', webhook: 'SHARED_LINK.UPDATED' },
  ITEM_SHARED_UNSHARE: { enterprise: 'UNSHARE', user: 'ITEM_SHARED_UNSHARE', webhook: 'SHARED_LINK.DELETED' },
  METADATA_INSTANCE_CREATE: { enterprise: 'METADATA_INSTANCE_CREATE', webhook: 'METADATA_INSTANCE.CREATED' },
  METADATA_INSTANCE_UPDATE: { enterprise: 'METADATA_INSTANCE_UPDATE', webhook: 'METADATA_INSTANCE.UPDATED' },
  METADATA_INSTANCE_DELETE: { enterprise: 'METADATA_INSTANCE_DELETE', webhook: 'METADATA_INSTANCE.DELETED' },
  COMMENT_CREATE: { enterprise: 'COMMENT_CREATE', user: 'COMMENT_CREATE', webhook: 'COMMENT.CREATED' },
  COMMENT_EDIT: { enterprise: 'COMMENT_EDIT', webhook: 'COMMENT.UPDATED' },
  COMMENT_DELETE: { enterprise: 'COMMENT_DELETE', user: 'COMMENT_DELETE', webhook: 'COMMENT.DELETED' },
  TASK_CREATE: { enterprise: 'TASK_CREATE', user: 'TASK_CREATE' },
  LOGIN: { enterprise: 'LOGIN' },
  NEW_USER: { enterprise: 'NEW_USER' },
  EDIT_USER: { enterprise: 'EDIT_USER' },
  DELETE_USER: { enterprise: 'DELETE_USER' },
  GROUP_CREATION: { enterprise: 'GROUP_CREATION' },
  GROUP_EDITED: { enterprise: 'GROUP_EDITED' },
  GROUP_DELETION: { enterprise: 'GROUP_DELETION' },
  GROUP_ADD_USER: { enterprise: 'GROUP_ADD_USER', user: 'GROUP_ADD_USER' },
  GROUP_REMOVE_USER: { enterprise: 'GROUP_REMOVE_USER', user: 'GROUP_REMOVE_USER' },
} as const satisfies Readonly<Record<string, ActionNames>>;

/** As the journal calls it. */
export type Action = keyof typeof names;

export const actionNames: Readonly<Record<Action, ActionNames>> = names;
