import type { BoxWorld, Call } from '../call.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { invalidParameter, notFound, refusal } from '../http/error-body.ts';
import { textOf, withJson } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { northwindDomain } from '../sharing/external-user.ts';
import { manageUsers } from '../tokens/scopes.ts';
import { forUser } from './manage-user.ts';

const path = '/2.0/users/:id/email_aliases';

export const emailAliasRoutes: readonly GuardedRoute[] = [
  { method: 'GET', path, scopes: manageUsers, handle: forUser(list) },
  { method: 'POST', path, scopes: manageUsers, handle: forUser(add) },
  { method: 'DELETE', path: `${path}/:alias`, scopes: manageUsers, handle: forUser(remove) },
];

interface EmailAlias {
  readonly type: 'email_alias';
  readonly id: string;
  readonly email: string;
  readonly is_confirmed: boolean;
}

/** Kept among the details of the user, under a name that no field of Box's has. */
function aliasesOf({ details }: UserRecord): readonly EmailAlias[] {
  return Array.isArray(details?.['#aliases']) ? details['#aliases'] : [];
}

function keep(world: BoxWorld, { id, details }: UserRecord, aliases: readonly EmailAlias[]): void {
  world.enterprise.change(id, { details: { ...details, '#aliases': aliases } });
}

function list(_world: BoxWorld, _call: Call, user: UserRecord): Answer {
  const entries = aliasesOf(user);
  return { status: 200, body: { total_count: entries.length, entries } };
}

function add(world: BoxWorld, call: Call, user: UserRecord): Answer {
  return withJson(call, (body) => {
    const email = textOf(body.email)?.toLowerCase() ?? '';
    if (!email.endsWith(`@${northwindDomain}`)) return invalidParameter('email', email, 'Not a domain of the enterprise');
    const aliases = aliasesOf(user);
    if (world.enterprise.login(email) || aliases.some((other) => other.email === email))
      return refusal(409, 'user_login_already_used', 'The address is in use');
    const alias: EmailAlias = { type: 'email_alias', id: `${user.id}${aliases.length + 1}`, email, is_confirmed: true };
    keep(world, user, [...aliases, alias]);
    return { status: 201, body: { ...alias } };
  });
}

function remove(world: BoxWorld, call: Call, user: UserRecord): Answer {
  const aliases = aliasesOf(user);
  const left = aliases.filter(({ id }) => id !== call.params.alias);
  if (left.length === aliases.length) return notFound('email_alias', call.params.alias ?? '');
  keep(world, user, left);
  return noContent;
}
