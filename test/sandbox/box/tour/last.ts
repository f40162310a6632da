import type { Stop, Tour } from './tour.ts';

const trashFile = async ({ user, file }: Tour) => user.files.deleteFileById(file);
const scope = 'global' as const;

/** Metadata, comments, tasks, the trash, and what comes last: the end of the group and of the tokens. */
export const lastStops: readonly Stop[] = [
  ['GET /2.0/metadata_templates/global', ({ user }) => user.metadataTemplates.getGlobalMetadataTemplates()],
  ['GET /2.0/metadata_templates/enterprise', ({ user }) => user.metadataTemplates.getEnterpriseMetadataTemplates()],
  [
    'GET /2.0/metadata_templates/:scope/:key/schema',
    ({ user }) => user.metadataTemplates.getMetadataTemplate('enterprise', 'recordRetention'),
  ],
  [
    'POST /2.0/files/:id/metadata/:scope/:key',
    ({ user, file }) => user.fileMetadata.createFileMetadataById(file, scope, 'properties', { run: '7' }),
  ],
  ['GET /2.0/files/:id/metadata/:scope/:key', ({ user, file }) => user.fileMetadata.getFileMetadataById(file, scope, 'properties')],
  [
    'PUT /2.0/files/:id/metadata/:scope/:key',
    ({ user, file }) => user.fileMetadata.updateFileMetadataById(file, scope, 'properties', [{ op: 'replace', path: '/run', value: '8' }]),
  ],
  ['GET /2.0/files/:id/metadata', ({ user, file }) => user.fileMetadata.getFileMetadata(file)],
  ['DELETE /2.0/files/:id/metadata/:scope/:key', ({ user, file }) => user.fileMetadata.deleteFileMetadataById(file, scope, 'properties')],
  [
    'POST /2.0/folders/:id/metadata/:scope/:key',
    ({ user, folder }) =>
      user.folderMetadata.createFolderMetadataById(folder, 'enterprise', 'recordRetention', {
        class: 'legal',
        amount: 12.5,
        regions: ['EMEA'],
      }),
  ],
  [
    'GET /2.0/folders/:id/metadata/:scope/:key',
    ({ user, folder }) => user.folderMetadata.getFolderMetadataById(folder, 'enterprise', 'recordRetention'),
  ],
  [
    'PUT /2.0/folders/:id/metadata/:scope/:key',
    ({ user, folder }) =>
      user.folderMetadata.updateFolderMetadataById(folder, 'enterprise', 'recordRetention', [
        { op: 'add', path: '/caseNumber', value: 'A-1' },
      ]),
  ],
  ['GET /2.0/folders/:id/metadata', ({ user, folder }) => user.folderMetadata.getFolderMetadata(folder)],
  [
    'DELETE /2.0/folders/:id/metadata/:scope/:key',
    ({ user, folder }) => user.folderMetadata.deleteFolderMetadataById(folder, 'enterprise', 'recordRetention'),
  ],

  [
    'POST /2.0/comments',
    async (tour) => {
      tour.comment =
        (await tour.user.comments.createComment({ message: 'Shared too widely', item: { type: 'file', id: tour.file } })).id ?? '';
    },
  ],
  ['GET /2.0/files/:id/comments', ({ user, file }) => user.comments.getFileComments(file)],
  ['GET /2.0/comments/:id', ({ user, comment }) => user.comments.getCommentById(comment)],
  ['PUT /2.0/comments/:id', ({ user, comment }) => user.comments.updateCommentById(comment, { requestBody: { message: 'No more' } })],
  ['DELETE /2.0/comments/:id', ({ user, comment }) => user.comments.deleteCommentById(comment)],
  [
    'POST /2.0/tasks',
    async (tour) => {
      tour.task =
        (await tour.user.tasks.createTask({ item: { type: 'file', id: tour.file }, action: 'review', message: 'Please' })).id ?? '';
    },
  ],
  ['GET /2.0/files/:id/tasks', ({ user, file }) => user.tasks.getFileTasks(file)],
  ['GET /2.0/tasks/:id', ({ user, task }) => user.tasks.getTaskById(task)],

  ['DELETE /2.0/files/:id', trashFile],
  ['GET /2.0/files/:id/trash', ({ user, file }) => user.trashedFiles.getTrashedFileById(file)],
  ['POST /2.0/files/:id', ({ user, file }) => user.trashedFiles.restoreFileFromTrash(file)],
  [
    'DELETE /2.0/files/:id/trash',
    async (tour) => {
      await trashFile(tour);
      return tour.user.trashedFiles.deleteTrashedFileById(tour.file);
    },
  ],
  ['DELETE /2.0/folders/:id', ({ user, folder }) => user.folders.deleteFolderById(folder, { queryParams: { recursive: true } })],
  ['GET /2.0/folders/:id/trash', ({ user, folder }) => user.trashedFolders.getTrashedFolderById(folder)],
  ['GET /2.0/folders/trash/items', ({ user }) => user.trashedItems.getTrashedItems()],
  ['POST /2.0/folders/:id', ({ user, folder }) => user.trashedFolders.restoreFolderFromTrash(folder)],
  [
    'DELETE /2.0/folders/:id/trash',
    async ({ user, folder }) => {
      await user.folders.deleteFolderById(folder, { queryParams: { recursive: true } });
      return user.trashedFolders.deleteTrashedFolderById(folder);
    },
  ],

  ['DELETE /2.0/group_memberships/:id', ({ service, membership }) => service.memberships.deleteGroupMembershipById(membership)],
  ['DELETE /2.0/groups/:id', ({ service, group }) => service.groups.deleteGroupById(group)],
  ['PUT /2.0/users/:id/folders/0', ({ service }) => service.transfer.transferOwnedFolder('11000008', { ownedBy: { id: '11000001' } })],
  ['GET /2.0/events', ({ service }) => service.events.getEvents({ streamType: 'admin_logs_streaming', limit: 500 })],
  [
    'POST /oauth2/token',
    async (tour) => {
      tour.token =
        (await tour.user.auth.downscopeToken(['item_preview'], undefined, undefined, tour.user.networkSession)).accessToken ?? '';
    },
  ],
  ['POST /oauth2/revoke', ({ user }) => user.auth.revokeToken(user.networkSession)],
];
