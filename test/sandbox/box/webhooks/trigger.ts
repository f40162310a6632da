const ofFolders = ['CREATED', 'RENAMED', 'DOWNLOADED', 'RESTORED', 'DELETED', 'COPIED', 'MOVED', 'TRASHED'].map((what) => `FOLDER.${what}`);

const ofAnything = [
  ...['UPLOADED', 'PREVIEWED', 'DOWNLOADED', 'TRASHED', 'DELETED', 'RESTORED', 'COPIED', 'MOVED', 'LOCKED', 'UNLOCKED', 'RENAMED'].map(
    (what) => `FILE.${what}`,
  ),
  ...['CREATED', 'UPDATED', 'DELETED'].flatMap((what) => [`COMMENT.${what}`, `METADATA_INSTANCE.${what}`, `SHARED_LINK.${what}`]),
  ...['CREATED', 'UPDATED'].map((what) => `TASK_ASSIGNMENT.${what}`),
  ...['CREATED', 'ACCEPTED', 'REJECTED', 'REMOVED', 'UPDATED'].map((what) => `COLLABORATION.${what}`),
  ...[
    'COMPLETED',
    'DECLINED',
    'EXPIRED',
    'SIGNER_EMAIL_BOUNCED',
    'SIGN_SIGNER_SIGNED',
    'SIGN_DOCUMENT_CREATED',
    'SIGN_ERROR_FINALIZING',
  ].map((what) => `SIGN_REQUEST.${what}`),
  'WEBHOOK.DELETED',
];

/** What Box's OpenAPI description lets a webhook ask for; a file has nothing that only befalls folders. */
export function isTrigger(value: unknown, target: 'file' | 'folder'): value is string {
  return typeof value === 'string' && (ofAnything.includes(value) || (target === 'folder' && ofFolders.includes(value)));
}
