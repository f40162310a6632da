import { type Answer, insufficientScope } from './answer.ts';
import type { Scope } from './app-settings.ts';
import type { BoxWorld, Call, Caller } from './call.ts';
import { notFound } from './error-body.ts';
import { fieldsAsked, render } from './fields.ts';
import { pageOf } from './paging.ts';
import type { GuardedRoute } from './router.ts';
import { userBase, userFields, userStandard } from './user-fields.ts';
import type { UserRecord } from './user-record.ts';

const manageUsers: readonly Scope[] = ['manage_managed_users', 'manage_app_users'];

export const userRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/users', scopes: manageUsers, handle: list },
  {
    method: 'GET',
    path: '/2.0/users/me',
    handle: (world, call, { user }) => answer(world, call, user),
  },
  { method: 'GET', path: '/2.0/users/:id', handle: one },
];

function list(world: BoxWorld, call: Call, caller: Caller): Answer {
  if (!caller.administers) return insufficientScope;
  const term = call.query.get('filter_term') ?? '';
  const found = term ? world.enterprise.search(term) : undefined;
  const page = pageOf(call.query, {
    collection: `users|${term}|${call.query.get('user_type') ?? ''}`,
    total: seesNobody(call, caller) ? 0 : (found?.length ?? world.enterprise.users),
    lastMarker: null,
    order: [{ by: 'name', direction: 'ASC' }],
  });
  if ('status' in page) return page;
  const names = fieldsAsked(call.query, userBase, userStandard);
  const entries: unknown[] = [];
  for (let position = page.start; position < page.end; position++) {
    entries.push(view(world, world.enterprise.userAt(found?.[position] ?? position), names));
  }
  return { status: 200, body: { ...page.envelope, entries } };
}

/** With App Access Only there are no users but app users, and the seed has none; nor has it external users. An empty list, no error. */
function seesNobody(call: Call, { token }: Caller): boolean {
  return token.settings.access === 'app' || call.query.get('user_type') === 'external' || call.query.has('external_app_user_id');
}

function one(world: BoxWorld, call: Call, caller: Caller): Answer {
  const { id = '' } = call.params;
  if (id === caller.user.id) return answer(world, call, caller.user);
  const scoped = manageUsers.some((scope) => caller.token.settings.scopes.includes(scope));
  if (!caller.administers || !scoped) return insufficientScope;
  const user = caller.token.settings.access === 'enterprise' ? world.enterprise.user(id) : undefined;
  return user === undefined ? notFound('user', id) : answer(world, call, user);
}

function answer(world: BoxWorld, call: Call, user: UserRecord): Answer {
  return {
    status: 200,
    body: view(world, user, fieldsAsked(call.query, userBase, userStandard)),
  };
}

function view(world: BoxWorld, user: UserRecord, names: readonly string[]): Record<string, unknown> {
  return render({ user, enterpriseId: world.app.enterpriseId }, userFields, names);
}
