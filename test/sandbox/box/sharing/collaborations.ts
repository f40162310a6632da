import type { BoxWorld, Call, Caller } from '../call.ts';
import { locate, type Place, refuseUnless, see } from '../content/place.ts';
import { above, type ContentItem } from '../enterprise/content-tree.ts';
import { happened } from '../events/happened.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { forbidden, invalidParameter, notFound, refusal } from '../http/error-body.ts';
import { dateOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { readContent, writeContent } from '../tokens/scopes.ts';
import { answerInvitation } from './answer-invitation.ts';
import { type Collaboration, liveCollaborations } from './collaboration.ts';
import { giveAway } from './give-away.ts';
import { invite } from './invite.ts';
import { renderCollaboration } from './render-collaboration.ts';
import { isRole } from './role.ts';

export const collaborationRoutes: readonly GuardedRoute[] = [
  { method: 'POST', path: '/2.0/collaborations', scopes: writeContent, downscoped: ['item_share'], handle: invite },
  { method: 'GET', path: '/2.0/collaborations', scopes: readContent, handle: pending },
  { method: 'GET', path: '/2.0/collaborations/:id', scopes: readContent, handle: one },
  { method: 'PUT', path: '/2.0/collaborations/:id', scopes: writeContent, downscoped: ['item_share'], handle: update },
  { method: 'DELETE', path: '/2.0/collaborations/:id', scopes: writeContent, downscoped: ['item_share'], handle: remove },
  { method: 'GET', path: '/2.0/folders/:id/collaborations', scopes: readContent, handle: ofItem('folder') },
  { method: 'GET', path: '/2.0/files/:id/collaborations', scopes: readContent, handle: ofItem('file') },
];

/** By marker only. */
function ofItem(type: 'folder' | 'file'): GuardedRoute['handle'] {
  return (world, call, caller) => {
    const place = locate(world, call, caller, type);
    if ('status' in place) return place;
    const all = everyoneWithAccess(place.item, world.now());
    const anchors = { name: (position: number) => all[position]?.id ?? '', find: (id: string) => positionOf(all, id) };
    const collection = `collaborations|${call.params.id}`;
    const page = pageOf(call.query, { collection, total: all.length, lastMarker: null, only: 'marker', anchors });
    if ('status' in page) return page;
    const entries = all.slice(page.start, page.end).map((each) => renderCollaboration(world, each, caller.user, call.query));
    return { status: 200, body: { ...page.envelope, entries } };
  };
}

/** "All the users that have access": also those who have it by a folder above, which then is the item of their collaboration. */
function everyoneWithAccess(item: ContentItem, now: number): readonly Collaboration[] {
  const all = [item, ...above(item)].flatMap((each) => liveCollaborations(each, now));
  return all.sort((one, other) => Number(one.id) - Number(other.id));
}

/** Ids grow with time, so that one that has gone still has its place. */
function positionOf(all: readonly Collaboration[], id: string): number {
  const found = all.findIndex((other) => Number(other.id) >= Number(id));
  return found < 0 ? all.length : found;
}

/** Invitations of the caller's that he has not answered; by offset only. */
function pending(world: BoxWorld, { query }: Call, { user }: Caller): Answer {
  if (query.get('status') !== 'pending') return invalidParameter('status', query.get('status') ?? '', 'Expected pending');
  const all = world.collaborations.pendingOf(user.id);
  const page = pageOf(query, { collection: 'pending', total: all.length, lastMarker: null, only: 'offset' });
  if ('status' in page) return page;
  return {
    status: 200,
    body: { ...page.envelope, entries: all.slice(page.start, page.end).map((each) => renderCollaboration(world, each, user, query)) },
  };
}

interface Involved {
  readonly collaboration: Collaboration;
  /** The item as the caller sees it; absent for one who is only invited. */
  readonly place: Place | undefined;
  readonly own: boolean;
}

/** Whoever sees the item sees who works on it; so does the one it was given to. */
function involved(world: BoxWorld, { params: { id = '' } }: Call, { user }: Caller): Involved | Answer {
  const collaboration = world.collaborations.find(id);
  const place = collaboration && see(world, user, collaboration.item);
  const own = collaboration?.grantee?.id === user.id;
  const over = collaboration?.expiresAt !== undefined && collaboration.expiresAt <= world.now();
  return collaboration && !over && (place || own) ? { collaboration, place, own } : notFound('collaboration', id);
}

function one(world: BoxWorld, call: Call, caller: Caller): Answer {
  const found = involved(world, call, caller);
  return 'status' in found ? found : { status: 200, body: renderCollaboration(world, found.collaboration, caller.user, call.query) };
}

function update(world: BoxWorld, call: Call, caller: Caller): Answer {
  return withJson(call, (body) => {
    const found = involved(world, call, caller);
    if ('status' in found) return found;
    const { collaboration, place, own } = found;
    const { role, status, expires_at: expires, can_view_path: canViewPath } = body;
    if (status !== undefined) return own ? respond(world, call, caller, collaboration, status) : forbidden;
    const refused = place === undefined ? forbidden : refuseUnless('invite', place);
    if (refused) return refused;
    if (role === 'owner') return giveAway(world, call, caller, collaboration);
    if (role !== undefined && !isRole(role)) return invalidParameter('role', String(role), 'Not a role');
    world.enterprise.forest.keep(collaboration.item);
    Object.assign(collaboration, {
      ...(isRole(role) && { role }),
      ...(expires !== undefined && { expiresAt: dateOf(expires) }),
      ...(typeof canViewPath === 'boolean' && { canViewPath }),
      modifiedAt: world.now(),
    });
    return roleChanged(world, call, caller, collaboration);
  });
}

function respond(world: BoxWorld, call: Call, caller: Caller, collaboration: Collaboration, status: unknown): Answer {
  if (status !== 'accepted' && status !== 'rejected') return invalidParameter('status', String(status), 'Expected accepted or rejected');
  if (collaboration.status !== 'pending') return refusal(403, 'forbidden', 'The invitation was answered before');
  answerInvitation(world, call, collaboration, status, caller.user);
  return { status: 200, body: renderCollaboration(world, collaboration, caller.user, call.query) };
}

function roleChanged(world: BoxWorld, call: Call, { user }: Caller, collaboration: Collaboration): Answer {
  const source = renderCollaboration(world, collaboration, user, new URLSearchParams());
  happened(world, call, {
    action: 'COLLABORATION_ROLE_CHANGE',
    by: user,
    item: collaboration.item,
    id: collaboration.id,
    source,
    details: { collab_id: collaboration.id },
  });
  return { status: 200, body: renderCollaboration(world, collaboration, user, call.query) };
}

/** By those who may invite, and by the collaborator himself. */
function remove(world: BoxWorld, call: Call, caller: Caller): Answer {
  const found = involved(world, call, caller);
  if ('status' in found) return found;
  const { collaboration, place, own } = found;
  const refused = own ? undefined : place === undefined ? forbidden : refuseUnless('invite', place);
  if (refused) return refused;
  const { item, id } = collaboration;
  const source = renderCollaboration(world, collaboration, caller.user, new URLSearchParams());
  world.collaborations.remove(collaboration);
  happened(world, call, { action: 'COLLABORATION_REMOVE', by: caller.user, item, id, source, details: { collab_id: id } });
  return noContent;
}
