import { boxDate } from '../box-date.ts';
import type { BoxWorld, Call, Caller } from '../call.ts';
import { happened } from '../events/happened.ts';
import { type Answer, insufficientScope, noContent } from '../http/answer.ts';
import { notFound, refusal } from '../http/error-body.ts';
import { type FieldTable, fieldsAsked, render } from '../http/fields.ts';
import { idOf, withJson } from '../http/json-body.ts';
import { pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import { type Membership, miniGroup } from './group.ts';
import { inGroup, manageGroups } from './groups.ts';
import { miniUser } from './user-fields.ts';

export const membershipRoutes: readonly GuardedRoute[] = [
  {
    method: 'GET',
    path: '/2.0/groups/:id/memberships',
    scopes: manageGroups,
    handle: inGroup((world, call, { id }) => page(world, call, world.groups.members(id))),
  },
  { method: 'GET', path: '/2.0/users/:id/memberships', scopes: manageGroups, handle: ofUser },
  { method: 'POST', path: '/2.0/group_memberships', scopes: manageGroups, handle: join },
  {
    method: 'GET',
    path: '/2.0/group_memberships/:id',
    scopes: manageGroups,
    handle: member((world, call, membership) => answer(world, call, membership)),
  },
  { method: 'PUT', path: '/2.0/group_memberships/:id', scopes: manageGroups, handle: member(changeRole) },
  { method: 'DELETE', path: '/2.0/group_memberships/:id', scopes: manageGroups, handle: member(leave) },
];

interface MembershipView {
  readonly world: BoxWorld;
  readonly membership: Membership;
}

const fields: FieldTable<MembershipView> = {
  type: () => 'group_membership',
  id: ({ membership }) => membership.id,
  user: ({ world, membership: { userId } }) => {
    const user = world.enterprise.anybody(userId);
    return user ? miniUser(user) : null;
  },
  group: ({ world, membership: { groupId } }) => {
    const group = world.groups.find(groupId);
    return group ? miniGroup(group) : null;
  },
  role: ({ membership }) => membership.role,
  created_at: ({ membership }) => boxDate(membership.createdAt),
  modified_at: ({ membership }) => boxDate(membership.modifiedAt),
};

const standard = Object.keys(fields);

function view(world: BoxWorld, { query }: Call, membership: Membership): Record<string, unknown> {
  return render({ world, membership }, fields, fieldsAsked(query, ['type', 'id'], standard));
}

function answer(world: BoxWorld, call: Call, membership: Membership, status = 200): Answer {
  return { status, body: view(world, call, membership) };
}

/** By offset only. Those who have left the enterprise are in no group. */
function page(world: BoxWorld, call: Call, memberships: readonly Membership[]): Answer {
  const present = memberships.filter(({ userId }) => world.enterprise.user(userId) !== undefined);
  const order = [{ by: 'name', direction: 'ASC' }] as const;
  const found = pageOf(call.query, { collection: 'memberships', total: present.length, lastMarker: null, only: 'offset', order });
  if ('status' in found) return found;
  const entries = present.slice(found.start, found.end).map((membership) => view(world, call, membership));
  return { status: 200, body: { ...found.envelope, entries } };
}

function ofUser(world: BoxWorld, call: Call, { administers }: Caller): Answer {
  if (!administers) return insufficientScope;
  const { id = '' } = call.params;
  return world.enterprise.user(id) ? page(world, call, world.groups.membershipsOf(id)) : notFound('user', id);
}

function member(use: (world: BoxWorld, call: Call, membership: Membership, caller: Caller) => Answer): GuardedRoute['handle'] {
  return (world, call, caller) => {
    if (!caller.administers) return insufficientScope;
    const { id = '' } = call.params;
    const membership = world.groups.membership(id);
    return membership ? use(world, call, membership, caller) : notFound('group_membership', id);
  };
}

function join(world: BoxWorld, call: Call, { administers, user: by }: Caller): Answer {
  if (!administers) return insufficientScope;
  return withJson(call, (body) => {
    const user = world.enterprise.user(idOf(body.user) ?? '');
    const group = world.groups.find(idOf(body.group) ?? '');
    if (user === undefined) return notFound('user', idOf(body.user) ?? '');
    if (group === undefined) return notFound('group', idOf(body.group) ?? '');
    if (world.groups.has(group.id, user.id)) return refusal(409, 'conflict', 'The user is a member of the group');
    const membership = world.groups.join(group.id, user.id, body.role === 'admin' ? 'admin' : 'member');
    happened(world, call, { action: 'GROUP_ADD_USER', by, user, id: membership.id, details: { group_id: group.id } });
    return answer(world, call, membership, 201);
  });
}

function changeRole(world: BoxWorld, call: Call, membership: Membership): Answer {
  return withJson(call, ({ role }) => answer(world, call, world.groups.changeRole(membership, role === 'admin' ? 'admin' : 'member')));
}

function leave(world: BoxWorld, call: Call, membership: Membership, { user: by }: Caller): Answer {
  const { id, groupId, userId } = membership;
  const user = world.enterprise.anybody(userId);
  world.groups.leave(membership);
  happened(world, call, { action: 'GROUP_REMOVE_USER', by, id, details: { group_id: groupId }, ...(user && { user }) });
  return noContent;
}
