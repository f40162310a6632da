import type { Credentials } from '../../../lib/token/credentials.ts';
import type { Redacted } from '../../../lib/token/redacted.ts';
import { firstActiveUser } from '../box/first-user.ts';
import { type Check, unknown } from './check.ts';
import { narrowed, statusOfUser } from './evidence.ts';
import { examineGrant } from './grant.ts';
import { examineIdentity } from './identity.ts';
import type { Needs } from './needs.ts';

export interface UserExamination {
  readonly credentials: Credentials;
  readonly needs: Needs;
  /** Box user id to try; the first active managed user if left out. */
  readonly user: string | undefined;
  /** The service account's, where Box has granted it one. */
  readonly serviceAccount: Redacted | undefined;
}

/** Both ways to be a managed user: by a token of that user, and by the service account's token with the header `as-user`. */
export async function examineManagedUser({ credentials, needs, user, serviceAccount }: UserExamination): Promise<readonly Check[]> {
  // What keeps the users from being listed shows in the check of the scope.
  const id = user ?? (serviceAccount && (await firstActiveUser(serviceAccount).catch(() => undefined)));
  if (id === undefined) return [unknown('grant as a managed user', 'no active managed user could be found: name one with --user')];
  const asked = user !== undefined;
  const grant = await examineGrant({ credentials, subject: { type: 'user', id }, needs, needed: asked || needs.ways.has('user-token') });
  if (!serviceAccount) return grant.checks;
  const identity = { accessToken: serviceAccount, way: 'as-user', who: `user ${id} by as-user`, asUser: id } as const;
  const byHeader = await examineIdentity(identity, { needs: needs.scopes, needed: asked || needs.ways.has('as-user') });
  return inThatLight([...grant.checks, ...byHeader], serviceAccount, id);
}

/** A refused user in the light of what the service account can see. */
async function inThatLight(checks: readonly Check[], serviceAccount: Redacted, id: string): Promise<readonly Check[]> {
  if (checks.every(({ causes }) => causes.length === 0)) return checks;
  const status = await statusOfUser(serviceAccount, id).catch(() => 'unseen' as const);
  return checks.map((check) => narrowed(check, status));
}
