import type { BoxWorld, Call, Caller } from '../call.ts';
import { itemBase, itemStandard, renderItem } from '../content/item-fields.ts';
import { destroy } from '../content/shelf.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import { happened } from '../events/happened.ts';
import { type Answer, insufficientScope, noContent } from '../http/answer.ts';
import { forbidden, missingParameter, notFound, refusal } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import { idOf, withJson } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { manageUsers } from '../tokens/scopes.ts';
import { reaches } from './app-user.ts';
import { depart } from './depart.ts';
import { forUser, refuseHigher } from './manage-user.ts';
import { locked } from './write-user.ts';

export const leavingRoutes: readonly GuardedRoute[] = [
  { method: 'DELETE', path: '/2.0/users/:id', scopes: manageUsers, handle: forUser(remove) },
  { method: 'PUT', path: '/2.0/users/:id/folders/0', scopes: manageUsers, handle: forUser(transfer) },
  { method: 'POST', path: '/2.0/users/terminate_sessions', scopes: ['manage_managed_users'], handle: terminateSessions },
];

/** Who still owns something stays, unless it is forced: then all of it is lost. */
function remove(world: BoxWorld, call: Call, user: UserRecord, { user: by }: Caller): Answer {
  const refused = user.id === by.id ? forbidden : refuseHigher(user, by);
  if (refused) return refused;
  if (world.transfers.locks(user)) return locked;
  const { root } = world.enterprise.content(user);
  const owned = [...root.children, ...world.trash.of(user)];
  if (owned.length > 0 && call.query.get('force') !== 'true')
    return refusal(400, 'user_owns_content', 'The user owns content: transfer it, or delete with force=true');
  for (const item of owned) destroy(world, item, user);
  depart(world, user);
  happened(world, call, { action: 'DELETE_USER', by, user });
  return noContent;
}

/** Everything that the user owns goes into a new folder of the receiver's. The answer comes before it has gone. */
function transfer(world: BoxWorld, call: Call, from: UserRecord, { user: by, token }: Caller): Answer {
  const { access } = token.settings;
  return withJson(call, (body) => {
    const id = idOf(body.owned_by);
    if (id === undefined) return missingParameter('owned_by');
    const to = world.enterprise.user(id);
    if (to === undefined || to.index < 0 || !reaches(access, to)) return notFound('user', id);
    const refused = refuseHigher(from, by) ?? refuseHigher(to, by);
    if (refused) return refused;
    if (to.id === from.id || to.status === 'inactive') return forbidden;
    if (world.transfers.locks(from) || world.transfers.locks(to)) return locked;
    const folder = world.transfers.begin(from, to, by);
    world.journal.addEffect({ at: call.at, subject: by.id, action: 'TRANSFER', itemId: from.id, requestId: call.requestId });
    const place = { world, viewer: to, item: folder, owner: to, role: 'owner', top: undefined } as const;
    return { status: 200, body: renderItem(place, fieldsAsked(call.query, itemBase, itemStandard.folder)) };
  });
}

/** Accepted, and done at once here: the tokens of these users are no more. */
function terminateSessions(world: BoxWorld, call: Call, { administers, token }: Caller): Answer {
  if (!administers) return insufficientScope;
  return withJson(call, ({ user_ids: ids, user_logins: logins }) => {
    if (!Array.isArray(ids)) return missingParameter('user_ids');
    if (!Array.isArray(logins)) return missingParameter('user_logins');
    const users = [...ids.map((id) => world.enterprise.user(String(id))), ...logins.map((login) => world.enterprise.login(String(login)))];
    const { access } = token.settings;
    for (const user of users) if (user && user.index >= 0 && reaches(access, user)) world.tokens.revokeOf(user.id);
    return { status: 202, body: { message: 'Request is successful, please check the admin events for the status of the job' } };
  });
}
