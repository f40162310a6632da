import type { BoxWorld, Call, Caller } from '../call.ts';
import type { UserRecord, UserRole, UserStatus } from '../enterprise/user-record.ts';
import { happened } from '../events/happened.ts';
import { type Answer, insufficientScope } from '../http/answer.ts';
import { forbidden, invalidParameter, missingParameter, refusal } from '../http/error-body.ts';
import { type JsonObject, textOf, withJson } from '../http/json-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { northwindDomain } from '../sharing/external-user.ts';
import { manageUsers } from '../tokens/scopes.ts';
import { depart } from './depart.ts';
import { forUser, refuseHigher } from './manage-user.ts';
import { userAnswer } from './users.ts';

export const userWriteRoutes: readonly GuardedRoute[] = [
  { method: 'POST', path: '/2.0/users', scopes: manageUsers, handle: create },
  { method: 'PUT', path: '/2.0/users/:id', scopes: manageUsers, handle: forUser(update) },
];

const statuses: readonly string[] = ['active', 'inactive', 'cannot_delete_edit', 'cannot_delete_edit_upload'] satisfies UserStatus[];

/** Only kept and given back. */
const details = [
  'language',
  'timezone',
  'phone',
  'address',
  'notification_email',
  'tracking_codes',
  'can_see_managed_users',
  'is_sync_enabled',
  'is_external_collab_restricted',
  'is_exempt_from_device_limits',
  'is_exempt_from_login_verification',
  'is_platform_access_only',
  'external_app_user_id',
];

const usualSpace = 10_737_418_240;

function create(world: BoxWorld, call: Call, { administers, user: by, token }: Caller): Answer {
  if (!administers) return insufficientScope;
  return withJson(call, (body) => {
    const { name, login, is_platform_access_only: appUser } = body;
    if (appUser !== true && token.settings.access === 'app') return insufficientScope;
    if (typeof name !== 'string' || name === '') return missingParameter('name');
    if (appUser !== true && typeof login !== 'string') return missingParameter('login');
    const refused = refuseFields(world, body, undefined);
    if (refused) return refused;
    const at = world.now();
    const user = world.enterprise.add({
      name,
      login: typeof login === 'string' ? login.toLowerCase() : `AppUser_${at}_${world.enterprise.users}@boxdevedition.com`,
      role: 'user',
      status: 'active',
      jobTitle: '',
      spaceAmount: usualSpace,
      spaceUsed: 0,
      createdAt: at,
      modifiedAt: at,
      ...fieldsOf(body),
    });
    happened(world, call, { action: 'NEW_USER', by, user });
    return userAnswer(world, call, user, 201);
  });
}

function update(world: BoxWorld, call: Call, user: UserRecord, { user: by }: Caller): Answer {
  return withJson(call, (body) => {
    const refused = refuseHigher(user, by) ?? refuseFields(world, body, user);
    if (refused) return refused;
    if (user.id === by.id && (body.status ?? 'active') !== 'active') return forbidden;
    if (body.enterprise === null) return rollOut(world, call, user, by);
    const { name, login } = body;
    world.enterprise.change(user.id, {
      ...(typeof name === 'string' && { name }),
      ...(typeof login === 'string' && { login: login.toLowerCase() }),
      ...fieldsOf(body, user),
      modifiedAt: world.now(),
    });
    happened(world, call, { action: 'EDIT_USER', by, user, details: { fields: Object.keys(body) } });
    return userAnswer(world, call, world.enterprise.user(user.id) ?? user);
  });
}

/** To a free account of his own, with what he owns: the enterprise sees no more of him. */
function rollOut(world: BoxWorld, call: Call, user: UserRecord, by: UserRecord): Answer {
  if (world.transfers.locks(user)) return locked;
  depart(world, user);
  happened(world, call, { action: 'EDIT_USER', by, user, details: { fields: ['enterprise'] } });
  return userAnswer(world, call, { ...user, modifiedAt: world.now() });
}

export const locked = refusal(409, 'operation_blocked_temporary', 'User is locked: another operation on the account is under way');

function refuseFields(world: BoxWorld, body: JsonObject, user: UserRecord | undefined): Answer | undefined {
  const { status, role, space_amount: space } = body;
  if (status !== undefined && !statuses.includes(String(status))) return invalidParameter('status', String(status), 'Not a status');
  if (role !== undefined && role !== 'coadmin' && role !== 'user')
    return invalidParameter('role', String(role), 'Expected coadmin or user');
  if (space !== undefined && (!Number.isSafeInteger(space) || Number(space) < -1))
    return invalidParameter('space_amount', String(space), 'Expected a number of bytes, or -1');
  const login = textOf(body.login)?.toLowerCase();
  if (login === undefined || login === user?.login) return undefined;
  if (!login.endsWith(`@${northwindDomain}`)) return invalidParameter('login', login, 'Not a domain of the enterprise');
  return world.enterprise.login(login)
    ? refusal(409, 'user_login_already_used', 'User with the specified login already exists')
    : undefined;
}

function fieldsOf(body: JsonObject, user?: UserRecord): Partial<UserRecord> {
  const { role, status, job_title: title, space_amount: space } = body;
  const kept = Object.fromEntries(details.filter((name) => name in body).map((name) => [name, body[name]]));
  return {
    ...(typeof role === 'string' && { role: role as UserRole }),
    ...(typeof status === 'string' && { status: status as UserStatus }),
    ...(typeof title === 'string' && { jobTitle: title }),
    ...(typeof space === 'number' && { spaceAmount: space }),
    ...(Object.keys(kept).length > 0 && { details: { ...user?.details, ...kept } }),
  };
}
