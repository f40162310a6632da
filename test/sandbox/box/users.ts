import { type Answer, insufficientScope } from './answer.ts';
import type { BoxWorld, Call, Caller } from './call.ts';
import { notFound } from './error-body.ts';
import { fieldsAsked, render } from './fields.ts';
import { type Anchors, pageOf } from './paging.ts';
import type { GuardedRoute } from './router.ts';
import { manageUsers } from './scopes.ts';
import { userBase, userFields, userStandard } from './user-fields.ts';
import type { UserRecord } from './user-record.ts';

export const userRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path: '/2.0/users', scopes: manageUsers, handle: list },
  {
    method: 'GET',
    path: '/2.0/users/me',
    handle: (world, call, { user }) => userAnswer(world, call, user),
  },
  { method: 'GET', path: '/2.0/users/:id', handle: one },
];

function list(world: BoxWorld, call: Call, caller: Caller): Answer {
  if (!caller.administers) return insufficientScope;
  const { enterprise } = world;
  const term = call.query.get('filter_term') ?? '';
  const found = term ? enterprise.search(term) : undefined;
  const page = pageOf(call.query, {
    collection: `users|${term}|${call.query.get('user_type') ?? ''}`,
    total: seesNobody(call, caller) ? 0 : (found?.length ?? enterprise.users),
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

/** With App Access Only there are no users but app users, and the seed has none; nor has it external users. An empty list, no error. */
function seesNobody(call: Call, { token }: Caller): boolean {
  return token.settings.access === 'app' || call.query.get('user_type') === 'external' || call.query.has('external_app_user_id');
}

function one(world: BoxWorld, call: Call, caller: Caller): Answer {
  const { id = '' } = call.params;
  if (id === caller.user.id) return userAnswer(world, call, caller.user);
  const scoped = manageUsers.some((scope) => caller.token.settings.scopes.includes(scope));
  if (!caller.administers || !scoped) return insufficientScope;
  const user = caller.token.settings.access === 'enterprise' ? world.enterprise.user(id) : undefined;
  return user === undefined ? notFound('user', id) : userAnswer(world, call, user);
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
