import { EventsManager } from 'box-node-sdk/managers/events';
import { FoldersManager } from 'box-node-sdk/managers/folders';
import { ListCollaborationsManager } from 'box-node-sdk/managers/listCollaborations';
import { UsersManager } from 'box-node-sdk/managers/users';
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
}

/** The SDK's managers as a job gets them, against the simulator. */
export function managersFor(
  box: BoxSimulator,
  { subject = { type: 'enterprise' }, asUser, signal, remainingMs, now = Date.now }: Options = {},
) {
  const tokens = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now });
  return openManagers(
    { users: UsersManager, folders: FoldersManager, listCollaborations: ListCollaborationsManager, events: EventsManager },
    { endpoints: { apiUrl: box.url, uploadUrl: box.url }, tokens, subject, ...(asUser && { asUser }) },
    { signal: signal ?? new AbortController().signal, remainingMs: remainingMs ?? (() => 60_000) },
  ) as { users: UsersManager; folders: FoldersManager; listCollaborations: ListCollaborationsManager; events: EventsManager };
}
