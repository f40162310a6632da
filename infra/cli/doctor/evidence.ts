import { appAccessOnly, unusableUser, wrongPair, wrongType } from '../../../lib/token/causes.ts';
import type { Redacted } from '../../../lib/token/redacted.ts';
import { askBox } from '../box/ask-box.ts';
import type { Cause, Check } from './check.ts';

/** What the service account's token has shown about a managed user: its status, or `unseen` where it may not look. */
export type UserStatus = 'active' | 'unusable' | 'unseen';

export async function statusOfUser(accessToken: Redacted, id: string): Promise<UserStatus> {
  const { status, data } = await askBox({ accessToken, path: `/2.0/users/${id}?fields=id,status` });
  if (status === 404) return 'unusable';
  if (status !== 200 || typeof data.status !== 'string') return 'unseen';
  return data.status === 'inactive' ? 'unusable' : 'active';
}

/**
 * Box has one answer for many causes of a refused user, but a granted service account leaves fewer: its credentials are right, and whoever
 * sees a managed user has enterprise access.
 */
export function narrowed(check: Check, user: UserStatus): Check {
  const ruledOut = [wrongPair, wrongType, ...(user === 'active' ? [appAccessOnly, unusableUser] : [])];
  const possible = check.causes.filter(({ cause }) => !ruledOut.some((other) => other.cause === cause));
  const isUser = ({ cause }: Cause): boolean => user === 'unusable' && cause === unusableUser.cause;
  return { ...check, causes: [...possible.filter(isUser), ...possible.filter((cause) => !isUser(cause))] };
}
