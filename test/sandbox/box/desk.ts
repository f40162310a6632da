import type { BoxWorld } from './call.ts';
import { digestedContent, sha1Of as digestOf, drawnContent, storedContent } from './content/bytes.ts';
import type { Place } from './content/place.ts';
import { addItem } from './content/shelf.ts';
import { storeFile } from './content/store.ts';
import { type ContentItem, itemId } from './enterprise/content-tree.ts';
import type { BoxEvent } from './events/event.ts';
import { answerInvitation, type InvitationAnswer, invitee } from './sharing/answer-invitation.ts';
import { type SharingTotals, sharingTotals } from './sharing/totals.ts';

export interface LoginTotals {
  /** On the days before the start. */
  readonly seeded: number;
  /** Since then. */
  readonly later: number;
}

/** What a test does behind the API's back, and the exact sums that it compares with. */
export interface Desk {
  /**
   * A file as if its owner had uploaded it. @param content its bytes, or only how many: those are drawn, take no memory and, above 1 GiB, have a made-up digest.
   * @returns its id. @throws RangeError when the owner has no such folder.
   */
  upload(ownerId: string, folderId: string, name: string, content: Uint8Array | number): string;
  /** A folder, as if its owner had made it. @returns its id. @throws RangeError when the owner has no such parent. */
  folder(ownerId: string, parentId: string, name: string): string;
  webLink(ownerId: string, parentId: string, name: string): string;
  /**
   * What somebody says who was invited: an outsider, for whom no token is granted, or a colleague.
   * @throws RangeError when no such invitation waits, or its address has no account at Box.
   */
  answerInvitation(collaborationId: string, answer: InvitationAnswer): void;
  /** A login; `at` in milliseconds, default now. */
  login(userId: string, at?: number): BoxEvent;
  /** Links and collaborators of everybody, from the state as it is. */
  sharing(): SharingTotals;
  logins(): LoginTotals;
  /** Milliseconds; undefined for one who has never logged in. */
  lastLogin(userId: string): number | undefined;
  /** Open upload sessions. */
  uploadSessions(): number;
}

const largestDigested = 2 ** 30;
const noRequest = { requestId: '' };

export function openDesk(world: BoxWorld): Desk {
  const { enterprise, events } = world;
  const laterLogins = () => events.chronicle.filter(({ action }) => action === 'LOGIN');
  return {
    upload(ownerId, folderId, name, content) {
      const place = placeOf(world, ownerId, folderId);
      return itemId(storeFile(world, noRequest, place, { name, content: contentFrom(content, name) }));
    },
    folder: (ownerId, parentId, name) => put(world, placeOf(world, ownerId, parentId), 'folder', name),
    webLink: (ownerId, parentId, name) => put(world, placeOf(world, ownerId, parentId), 'web_link', name),
    answerInvitation(collaborationId, answer) {
      const collaboration = world.collaborations.find(collaborationId);
      const by = collaboration?.status === 'pending' ? invitee(world, collaboration) : undefined;
      if (collaboration === undefined || by === undefined) throw new RangeError(`Nobody can answer the invitation ${collaborationId}.`);
      answerInvitation(world, noRequest, collaboration, answer, by);
    },
    login(userId, at) {
      const user = enterprise.anybody(userId);
      if (user === undefined) throw new RangeError(`The enterprise has no user ${userId}.`);
      const source = { type: 'user', id: user.id, name: user.name, login: user.login };
      return events.add({ action: 'LOGIN', by: userId, source, ...(at !== undefined && { at }) });
    },
    sharing: () => sharingTotals(world),
    logins: () => ({ seeded: events.logins.total(), later: laterLogins().length }),
    lastLogin(userId) {
      const index = enterprise.anybody(userId)?.index ?? -1;
      const later = laterLogins().filter(({ by }) => by === userId);
      return later.at(-1)?.at ?? events.logins.of(index).at(-1);
    },
    uploadSessions: () => world.uploads.count,
  };
}

function put(world: BoxWorld, { item: parent, owner }: Place, type: 'folder' | 'web_link', name: string): string {
  return itemId(addItem(world, parent, { type, name, size: 0, by: owner.id }));
}

function placeOf(world: BoxWorld, ownerId: string, folderId: string): Place {
  const owner = world.enterprise.user(ownerId);
  const item: ContentItem | undefined =
    owner && (folderId === '0' ? world.enterprise.content(owner).root : world.enterprise.forest.find('folder', folderId));
  if (owner === undefined || item === undefined) throw new RangeError(`User ${ownerId} has no folder ${folderId}.`);
  return { world, viewer: owner, item, owner, role: 'owner', top: undefined };
}

function contentFrom(content: Uint8Array | number, name: string) {
  if (typeof content !== 'number') return storedContent([content], digestOf([content]));
  const key = [...name].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) | 0, 7) >>> 0;
  return content > largestDigested ? drawnContent(key, content) : digestedContent(key, content);
}
