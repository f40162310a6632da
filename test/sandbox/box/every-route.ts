import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { BoxClient } from 'box-node-sdk';

/** What the calls before have left for those after them. */
export interface Tour {
  readonly service: BoxClient;
  readonly user: BoxClient;
  readonly other: BoxClient;
  readonly address: string;
  file: string;
  folder: string;
  version: string;
  session: string;
  parts: Awaited<ReturnType<BoxClient['chunkedUploads']['uploadFilePart']>>[];
  collaboration: string;
  group: string;
  membership: string;
  webhook: string;
  comment: string;
  task: string;
  person: string;
  alias: string;
  token: string;
}

export const bigFile = Buffer.alloc(3000, 'box');
const digest = (bytes: Buffer) => `sha=${createHash('sha1').update(bytes).digest('base64')}`;
const bytes = (text: string) => Readable.from([Buffer.from(text)]);
const trashFile = async ({ user, file }: Tour) => user.files.deleteFileById(file);
const scope = 'global' as const;

/** Each route once, by Box's own SDK, in an order in which one can follow the other. */
export const everyRoute: readonly (readonly [route: string, call: (tour: Tour) => Promise<unknown>])[] = [
  ['GET /2.0/users', ({ service }) => service.users.getUsers({ limit: 5 })],
  ['GET /2.0/users/me', ({ service }) => service.users.getUserMe()],
  ['GET /2.0/users/:id', ({ service }) => service.users.getUserById('11000005')],
  [
    'POST /2.0/users',
    async (tour) => {
      const role = 'user' as const;
      tour.person = (
        await tour.service.users.createUser({ name: 'Nora Newcomer', login: 'nora@northwind.example', role, jobTitle: 'Clerk' })
      ).id;
    },
  ],
  [
    'PUT /2.0/users/:id',
    ({ service, person }) => service.users.updateUserById(person, { requestBody: { status: 'inactive', phone: '1' } }),
  ],
  [
    'POST /2.0/users/:id/email_aliases',
    async (tour) => {
      tour.alias = (await tour.service.emailAliases.createUserEmailAlias(tour.person, { email: 'n@northwind.example' })).id ?? '';
    },
  ],
  ['GET /2.0/users/:id/email_aliases', ({ service, person }) => service.emailAliases.getUserEmailAliases(person)],
  [
    'DELETE /2.0/users/:id/email_aliases/:alias',
    ({ service, person, alias }) => service.emailAliases.deleteUserEmailAliasById(person, alias),
  ],
  ['DELETE /2.0/users/:id', ({ service, person }) => service.users.deleteUserById(person, { queryParams: { force: false } })],
  [
    'POST /2.0/users/terminate_sessions',
    ({ service }) => service.sessionTermination.terminateUsersSessions({ userIds: ['11000009'], userLogins: [] }),
  ],

  [
    'POST /2.0/groups',
    async (tour) => {
      tour.group = (await tour.service.groups.createGroup({ name: 'Night shift', description: 'They carry' })).id;
    },
  ],
  ['GET /2.0/groups', ({ service }) => service.groups.getGroups({ limit: 5 })],
  ['GET /2.0/groups/:id', ({ service, group }) => service.groups.getGroupById(group)],
  ['PUT /2.0/groups/:id', ({ service, group }) => service.groups.updateGroupById(group, { requestBody: { name: 'Late shift' } })],
  [
    'POST /2.0/group_memberships',
    async (tour) => {
      const { id } = await tour.service.memberships.createGroupMembership({ user: { id: '11000001' }, group: { id: tour.group } });
      tour.membership = id ?? '';
    },
  ],
  ['GET /2.0/group_memberships/:id', ({ service, membership }) => service.memberships.getGroupMembershipById(membership)],
  [
    'PUT /2.0/group_memberships/:id',
    async (tour) => tour.service.memberships.updateGroupMembershipById(tour.membership, { requestBody: { role: 'admin' } }),
  ],
  ['GET /2.0/groups/:id/memberships', ({ service, group }) => service.memberships.getGroupMemberships(group)],
  ['GET /2.0/users/:id/memberships', ({ service }) => service.memberships.getUserMemberships('11000001')],

  [
    'POST /2.0/folders',
    async (tour) => {
      tour.folder = (await tour.user.folders.createFolder({ name: 'Tour', parent: { id: '0' } })).id;
    },
  ],
  ['GET /2.0/folders/:id', ({ user, folder }) => user.folders.getFolderById(folder)],
  [
    'PUT /2.0/folders/:id',
    ({ user, folder }) =>
      user.sharedLinksFolders.addShareLinkToFolder(folder, { sharedLink: { access: 'open' } }, { fields: 'shared_link' }),
  ],
  ['POST /2.0/folders/:id/copy', ({ user, folder }) => user.folders.copyFolder(folder, { parent: { id: '0' }, name: 'Tour again' })],
  [
    'OPTIONS /2.0/files/content',
    ({ user, folder }) => user.uploads.preflightFileUploadCheck({ name: 'a.txt', size: 5, parent: { id: folder } }),
  ],
  [
    'POST /api/2.0/files/content',
    async (tour) => {
      const attributes = { name: 'a.txt', parent: { id: tour.folder } };
      tour.file = (await tour.user.uploads.uploadFile({ attributes, file: bytes('first') })).entries?.[0]?.id ?? '';
    },
  ],
  [
    'POST /api/2.0/files/:id/content',
    ({ user, file }) => user.uploads.uploadFileVersion(file, { attributes: { name: 'a.txt' }, file: bytes('second') }),
  ],
  ['GET /2.0/folders/:id/items', ({ user, folder }) => user.folders.getFolderItems(folder)],
  ['GET /2.0/files/:id', ({ user, file }) => user.files.getFileById(file)],
  [
    'PUT /2.0/files/:id',
    ({ user, file }) => user.files.updateFileById(file, { requestBody: { name: 'b.txt', description: 'Renamed', tags: ['x'] } }),
  ],
  ['POST /2.0/files/:id/copy', ({ user, file }) => user.files.copyFile(file, { parent: { id: '0' }, name: 'c.txt' })],
  ['GET /2.0/files/:id/content', ({ user, file }) => user.downloads.downloadFile(file)],
  [
    'GET /2.0/files/:id/versions',
    async (tour) => {
      tour.version = (await tour.user.fileVersions.getFileVersions(tour.file)).entries?.[0]?.id ?? '';
    },
  ],
  ['GET /2.0/files/:id/versions/:version', ({ user, file, version }) => user.fileVersions.getFileVersionById(file, version)],
  [
    'POST /2.0/files/:id/versions/current',
    ({ user, file, version }) => user.fileVersions.promoteFileVersion(file, { requestBody: { id: version, type: 'file_version' } }),
  ],
  ['DELETE /2.0/files/:id/versions/:version', ({ user, file, version }) => user.fileVersions.deleteFileVersionById(file, version)],

  [
    'POST /api/2.0/files/:id/upload_sessions',
    async ({ user, file }) => user.chunkedUploads.createFileUploadSessionForExistingFile(file, { fileSize: 3000 }),
  ],
  [
    'POST /api/2.0/files/upload_sessions',
    async (tour) => {
      const request = { folderId: tour.folder, fileSize: bigFile.length, fileName: 'big.bin' };
      tour.session = (await tour.user.chunkedUploads.createFileUploadSession(request)).id ?? '';
    },
  ],
  [
    'PUT /api/2.0/files/upload_sessions/:session',
    async (tour) => {
      for (let at = 0; at < bigFile.length; at += 750) {
        const part = bigFile.subarray(at, at + 750);
        const headers = { digest: digest(part), contentRange: `bytes ${at}-${at + 749}/3000` };
        tour.parts.push(await tour.user.chunkedUploads.uploadFilePart(tour.session, Readable.from([part]), headers));
      }
    },
  ],
  ['GET /api/2.0/files/upload_sessions/:session', ({ user, session }) => user.chunkedUploads.getFileUploadSessionById(session)],
  ['GET /api/2.0/files/upload_sessions/:session/parts', ({ user, session }) => user.chunkedUploads.getFileUploadSessionParts(session)],
  [
    'POST /api/2.0/files/upload_sessions/:session/commit',
    ({ user, session, parts }) => {
      const listed = parts.flatMap(({ part }) => (part ? [part] : []));
      return user.chunkedUploads.createFileUploadSessionCommit(session, { parts: listed }, { digest: digest(bigFile) });
    },
  ],
  [
    'DELETE /api/2.0/files/upload_sessions/:session',
    async ({ user, folder }) => {
      const { id = '' } = await user.chunkedUploads.createFileUploadSession({ folderId: folder, fileSize: 3000, fileName: 'never.bin' });
      return user.chunkedUploads.deleteFileUploadSessionById(id);
    },
  ],

  [
    'POST /2.0/collaborations',
    async (tour) => {
      const request = {
        item: { type: 'folder' as const, id: tour.folder },
        accessibleBy: { type: 'user' as const, login: 'someone@elsewhere.example' },
      };
      tour.collaboration = (await tour.user.userCollaborations.createCollaboration({ ...request, role: 'viewer' })).id;
      await tour.user.userCollaborations.createCollaboration({
        ...request,
        accessibleBy: { type: 'group', id: tour.group },
        role: 'editor',
      });
    },
  ],
  ['GET /2.0/collaborations/:id', ({ user, collaboration }) => user.userCollaborations.getCollaborationById(collaboration)],
  [
    'PUT /2.0/collaborations/:id',
    ({ user, collaboration }) => user.userCollaborations.updateCollaborationById(collaboration, { requestBody: { role: 'editor' } }),
  ],
  ['GET /2.0/collaborations', ({ user }) => user.listCollaborations.getCollaborations({ status: 'pending' })],
  ['GET /2.0/folders/:id/collaborations', ({ user, folder }) => user.listCollaborations.getFolderCollaborations(folder)],
  ['GET /2.0/files/:id/collaborations', ({ user, file }) => user.listCollaborations.getFileCollaborations(file)],
  ['GET /2.0/groups/:id/collaborations', ({ service, group }) => service.listCollaborations.getGroupCollaborations(group)],
  ['DELETE /2.0/collaborations/:id', ({ user, collaboration }) => user.userCollaborations.deleteCollaborationById(collaboration)],
  [
    'GET /2.0/shared_items',
    async ({ user, other, folder }) => {
      const { sharedLink } = await user.sharedLinksFolders.getSharedLinkForFolder(folder, { fields: 'shared_link' });
      return other.sharedLinksFolders.findFolderForSharedLink({}, { boxapi: `shared_link=${sharedLink?.url}` });
    },
  ],
  ['GET /2.0/search', ({ user }) => user.search.searchForContent({ query: 'a', limit: 20 })],

  [
    'POST /2.0/webhooks',
    async (tour) => {
      const target = { type: 'folder' as const, id: tour.folder };
      tour.webhook = (await tour.user.webhooks.createWebhook({ target, address: tour.address, triggers: ['FILE.UPLOADED'] })).id ?? '';
    },
  ],
  ['GET /2.0/webhooks', ({ user }) => user.webhooks.getWebhooks()],
  ['GET /2.0/webhooks/:id', ({ user, webhook }) => user.webhooks.getWebhookById(webhook)],
  [
    'PUT /2.0/webhooks/:id',
    ({ user, webhook }) => user.webhooks.updateWebhookById(webhook, { requestBody: { triggers: ['FILE.TRASHED'] } }),
  ],
  ['DELETE /2.0/webhooks/:id', ({ user, webhook }) => user.webhooks.deleteWebhookById(webhook)],

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
