/** A value that the stage provides under `stages.<name>.settings` in cdk.json, by its name there. */
export interface Setting {
  readonly setting: string;
}

export function setting(name: string): Setting {
  return { setting: name };
}

/** The app's own account (`box_subject_type=enterprise`): acts like a co-admin, owns an empty root folder. */
export interface ServiceAccount {
  readonly kind: 'serviceAccount';
}

/**
 * How a job becomes a managed user; both need the access level "App + Enterprise Access".
 * `user-token`: a token of that user (`box_subject_type=user`); needs "Generate user access tokens".
 * `as-user`: the service account's token with the header `as-user`; needs "Make API calls using the as-user header". One token serves any
 * number of users, and Box shows the service account behind what was done.
 */
export type Through = 'user-token' | 'as-user';

/** One managed user of the enterprise. */
export interface ManagedUser {
  readonly kind: 'managedUser';
  /** Box user id, or the setting that holds it. */
  readonly user: string | Setting;
  readonly through: Through;
}

export type RunAs = ServiceAccount | ManagedUser;

export function serviceAccount(): ServiceAccount {
  return { kind: 'serviceAccount' };
}

export function managedUser(user: string | Setting, through: Through = 'user-token'): ManagedUser {
  return { kind: 'managedUser', user, through };
}
