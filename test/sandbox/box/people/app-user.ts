import type { UserRecord } from '../enterprise/user-record.ts';
import type { AppSettings } from '../tokens/app-settings.ts';

/** Made by an app for itself (`is_platform_access_only`): nobody logs in as one. There is one app here, so that all are its own. */
export function isAppUser({ details }: UserRecord): boolean {
  return details?.is_platform_access_only === true;
}

/** Whether there is such a user for an app with this access level: with App Access Only its own app users are all it has. */
export function reaches(access: AppSettings['access'], user: UserRecord): boolean {
  return access === 'enterprise' || isAppUser(user);
}
