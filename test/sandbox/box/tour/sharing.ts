import type { Stop } from './tour.ts';

/** Collaborators, links, search and webhooks. */
export const sharingStops: readonly Stop[] = [
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
];
