import { commentRoutes } from '../annotations/comments.ts';
import { metadataRoutes } from '../annotations/metadata.ts';
import { taskRoutes } from '../annotations/tasks.ts';
import { templateRoutes } from '../annotations/templates.ts';
import { contentRoutes, downloadRoutes } from '../content/download.ts';
import { fileRoutes } from '../content/files.ts';
import { folderRoutes } from '../content/folders.ts';
import { searchRoutes } from '../content/search.ts';
import { trashRoutes } from '../content/throw-away.ts';
import { uploadRoutes } from '../content/upload.ts';
import { uploadSessionRoutes } from '../content/upload-sessions.ts';
import { versionRoutes } from '../content/versions.ts';
import { webLinkRoutes } from '../content/web-links.ts';
import { eventRoutes } from '../events/events.ts';
import { emailAliasRoutes } from '../people/email-aliases.ts';
import { groupRoutes } from '../people/groups.ts';
import { leavingRoutes } from '../people/leaving.ts';
import { membershipRoutes } from '../people/memberships.ts';
import { userRoutes } from '../people/users.ts';
import { userWriteRoutes } from '../people/write-user.ts';
import { collaborationRoutes } from '../sharing/collaborations.ts';
import { sharedItemRoutes } from '../sharing/shared-items.ts';
import { oauthRoutes } from '../tokens/oauth.ts';
import { webhookRoutes } from '../webhooks/routes.ts';
import { type Route, router } from './router.ts';

/** All that the simulator answers, beside the addresses of downloads. */
export const apiRoutes: readonly Route[] = [
  ...oauthRoutes,
  ...userRoutes,
  ...userWriteRoutes,
  ...leavingRoutes,
  ...emailAliasRoutes,
  ...groupRoutes,
  ...membershipRoutes,
  ...folderRoutes,
  ...fileRoutes,
  ...webLinkRoutes,
  ...uploadRoutes,
  ...uploadSessionRoutes,
  ...downloadRoutes,
  ...versionRoutes,
  ...trashRoutes,
  ...collaborationRoutes,
  ...sharedItemRoutes,
  ...searchRoutes,
  ...eventRoutes,
  ...webhookRoutes,
  ...templateRoutes,
  ...metadataRoutes,
  ...commentRoutes,
  ...taskRoutes,
];

export const routeApi = router(apiRoutes);

export const routeDownloads = router(contentRoutes);
