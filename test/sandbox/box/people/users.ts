import type { BoxWorld, Call, Caller } from '../call.ts';
import type { Enterprise } from '../enterprise/enterprise.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import { type Answer, insufficientScope } from '../http/answer.ts';
import { notFound } from '../http/error-body.ts';
import { fieldsAsked, render } from '../http/fields.ts';
import { type Anchors, pageOf } from '../http/paging.ts';
import type { GuardedRoute } from '../http/router.ts';
import type { AppSettings } from '../tokens/app-settings.ts';
import { manageUsers } from '../tokens/scopes.ts';
import { isAppUser, reaches } from './app-user.ts';
import { userBase, userFields, userStandard } from './user-fields.ts';

export const userRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/users', scopes: manageUsers, handle: list },
  {
    method: 'GET',
    path: '/2.0/users/me',
    handle: (world, call, { user }) => userAnswer(world, call, user),
  },
  { method: 'GET', path: '/2.0/users/:id', handle: one },
];

interface UsersAsked {
  readonly term: string;
  readonly kind: string;
  readonly appUserId: string;
  readonly access: AppSettings['access'];
}

function usersAsked({ query }: Call, { token }: Caller): UsersAsked {
  return {
    term: query.get('filter_term') ?? '',
    kind: query.get('user_type') ?? '',
    appUserId: query.get('external_app_user_id') ?? '',
    access: token.settings.access,
  };
}

function list(world: BoxWorld, call: Call, caller: Caller): Answer {
  if (!caller.administers) return insufficientScope;
  const { enterprise } = world;
  const asked = usersAsked(call, caller);
  const found = foundBy(enterprise, asked);
  const page = pageOf(call.query, {
    collection: `users|${Object.values(asked).join('|')}`,
    total: found?.length ?? enterprise.users,
    lastMarker: null,
    order: [{ by: 'name', direction: 'ASC' }],
    anchors: anchorsIn(world, found),
  });
  if ('status' in page) return page;
  const names = fieldsAsked(call.query, userBase, userStandard);
  const entries: unknown[] = [];
  for (let position = page.start; position < page.end; position++) {
    const user = found ? enterprise.userAt(found[position] ?? position) : enterprise.listed(position);
    entries.push(view(world, user, names));
  }
  return { status: 200, body: { ...page.envelope, entries } };
}

/** By the next user: whoever leaves while somebody walks makes nobody be passed over. */
function anchorsIn({ enterprise }: BoxWorld, found: readonly number[] | undefined): Anchors {
  return {
    name: (position) => String(found?.[position] ?? enterprise.listed(position).index),
    find(text) {
      const index = /^\d{1,9}$/.test(text) ? Number(text) : undefined;
      if (index === undefined || found === undefined) return index === undefined ? undefined : enterprise.listedBefore(index);
      const position = found.findIndex((other) => other >= index);
      return position < 0 ? found.length : position;
    },
  };
}

/**
 * Indices of those who are meant; undefined for everybody. The seed has no external users, and with App Access Only there are none but app
 * users: an empty list, no error.
 */
function foundBy(enterprise: Enterprise, { term, kind, appUserId, access }: UsersAsked): readonly number[] | undefined {
  if (kind === 'external') return [];
  const named = term ? enterprise.search(term) : undefined;
  if (access === 'enterprise' && !appUserId) return named;
  const all = named ?? Array.from({ length: enterprise.users }, (_, nth) => enterprise.listed(nth).index);
  const isMeant = (user: UserRecord) => isAppUser(user) && (!appUserId || user.details?.external_app_user_id === appUserId);
  return all.filter((index) => isMeant(enterprise.userAt(index)));
}

function one(world: BoxWorld, call: Call, caller: Caller): Answer {
  const { id = '' } = call.params;
  if (id === caller.user.id) return userAnswer(world, call, caller.user);
  const scoped = manageUsers.some((scope) => caller.token.settings.scopes.includes(scope));
  if (!caller.administers || !scoped) return insufficientScope;
  const user = world.enterprise.user(id);
  return user === undefined || !reaches(caller.token.settings.access, user) ? notFound('user', id) : userAnswer(world, call, user);
}

export function userAnswer(world: BoxWorld, call: Call, user: UserRecord, status = 200): Answer {
  return {
    status,
    body: view(world, user, fieldsAsked(call.query, userBase, userStandard)),
  };
}

function view(world: BoxWorld, user: UserRecord, names: readonly string[]): Record<string, unknown> {
  return render({ user, enterpriseId: world.app.enterpriseId }, userFields, names);
}
