import type { BoxWorld, Call, Caller } from '../call.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import { type Answer, insufficientScope } from '../http/answer.ts';
import { forbidden, notFound } from '../http/error-body.ts';
import type { GuardedRoute } from '../http/router.ts';
import { reaches } from './app-user.ts';

/** Administrators only; the user is there, and the app may see him. */
export function forUser(use: (world: BoxWorld, call: Call, user: UserRecord, caller: Caller) => Answer): GuardedRoute['handle'] {
  return (world, call, caller) => {
    if (!caller.administers) return insufficientScope;
    const { id = '' } = call.params;
    const user = world.enterprise.user(id);
    return user === undefined || user.index < 0 || !reaches(caller.token.settings.access, user)
      ? notFound('user', id)
      : use(world, call, user, caller);
  };
}

/** The primary administrator is nobody's to change, and only he may change those beside him. The service account is one of those. */
export function refuseHigher(user: UserRecord, caller: UserRecord): Answer | undefined {
  const allowed = user.role === 'user' || caller.role === 'admin' || user.id === caller.id;
  return allowed && !(user.role === 'admin' && caller.role !== 'admin') ? undefined : forbidden;
}
