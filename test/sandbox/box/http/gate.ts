import type { BoxWorld, Call, Caller } from '../call.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import { reaches } from '../people/app-user.ts';
import { type LiveToken, tokenFingerprint } from '../tokens/token.ts';
import { type Answer, insufficientScope, invalidToken, noToken } from './answer.ts';
import { clientError } from './error-body.ts';
import type { Metered } from './rate-limit.ts';

/** Who is calling, within whose budget; or Box's 401, 403 or 429. */
export function admit(world: BoxWorld, call: Call, metered?: Metered): Caller | Answer {
  const accessToken = bearer(call);
  if (accessToken === undefined) return noToken;
  const token = world.tokens.find(accessToken);
  call.tokenFingerprint = token?.fingerprint ?? tokenFingerprint(accessToken);
  const owner = token && world.enterprise.user(token.userId);
  if (token === undefined || owner === undefined || owner.status === 'inactive') return invalidToken;
  const asUser = call.headers['as-user'];
  const user = asUser === undefined ? owner : impersonated(world, owner, token, String(asUser));
  if (user === undefined) return insufficientScope;
  call.subject = user.id;
  const wait = world.limits.take(user.id, metered);
  if (wait !== undefined) return { ...clientError(429), headers: { 'retry-after': String(wait) } };
  return { user, token, administers: administers(user) };
}

export function bearer({ headers }: Call): string | undefined {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
}

/**
 * Takes the app's switch, a user whom the app reaches, and an administrator's token; nobody may be the service account.
 * That App Access Only is enough for app users stands in no guide, which all speak of managed users: a guess, from how their tokens are granted.
 */
function impersonated(world: BoxWorld, owner: UserRecord, { settings }: LiveToken, id: string): UserRecord | undefined {
  if (!settings.asUser || !administers(owner)) return undefined;
  const user = world.enterprise.user(id);
  return user !== undefined && user.index >= 0 && user.status !== 'inactive' && reaches(settings.access, user) ? user : undefined;
}

function administers(user: UserRecord): boolean {
  return user.index < 0 || user.role !== 'user';
}
