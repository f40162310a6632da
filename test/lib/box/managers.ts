import { EventsManager } from 'box-node-sdk/managers/events';
import { FoldersManager } from 'box-node-sdk/managers/folders';
import { ListCollaborationsManager } from 'box-node-sdk/managers/listCollaborations';
import { SharedLinksFilesManager } from 'box-node-sdk/managers/sharedLinksFiles';
import { SharedLinksFoldersManager } from 'box-node-sdk/managers/sharedLinksFolders';
import { SharedLinksWebLinksManager } from 'box-node-sdk/managers/sharedLinksWebLinks';
import { UserCollaborationsManager } from 'box-node-sdk/managers/userCollaborations';
import { UsersManager } from 'box-node-sdk/managers/users';
import { resolveEndpoints } from '../../../lib/box/endpoints.ts';
import type { Transport } from '../../../lib/box/network-client.ts';
import { openManagers } from '../../../lib/session/box.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import type { BoxSimulator } from '../../sandbox/box/server.ts';
import { credentialsOf } from '../token/credentials-of.ts';

interface Options {
  readonly subject?: Subject;
  readonly asUser?: string;
  readonly signal?: AbortSignal;
  readonly remainingMs?: () => number;
  readonly now?: () => number;
  readonly transport?: Transport;
}

const classes = {
  users: UsersManager,
  folders: FoldersManager,
  events: EventsManager,
  listCollaborations: ListCollaborationsManager,
  userCollaborations: UserCollaborationsManager,
  sharedLinksFiles: SharedLinksFilesManager,
  sharedLinksFolders: SharedLinksFoldersManager,
  sharedLinksWebLinks: SharedLinksWebLinksManager,
};

/** The SDK's managers as a job gets them, against the simulator. */
export function managersFor(
  box: BoxSimulator,
  { subject = { type: 'enterprise' }, asUser, signal, remainingMs, now = Date.now, transport }: Options = {},
) {
  const tokens = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now });
  return openManagers(
    classes,
    { endpoints: resolveEndpoints(box.url), tokens, subject, transport, ...(asUser && { asUser }) },
    { signal: signal ?? new AbortController().signal, remainingMs: remainingMs ?? (() => 60_000) },
  ) as { [K in keyof typeof classes]: InstanceType<(typeof classes)[K]> };
}
