import { NightporterError } from '../errors.ts';

/** A value that the stage provides under `stages.<name>.settings` in cdk.json, by its name there. */
export interface Setting {
  readonly setting: string;
}

/** Names a setting of the stage, where a declaration would hold an id. */
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

/** Which managed users of the enterprise; what is left out does not filter. */
export interface UserFilter {
  /** Box's `status`; `active` alone if left out, since Box grants no token for anybody else. */
  readonly status?: UserStatus | readonly UserStatus[];
  /** Id of a group: its members only. */
  readonly group?: string | Setting;
  /** The part of the login behind the `@`, without subdomains; case does not matter. */
  readonly loginDomain?: string | readonly string[];
  /** Box user ids; a setting holds them separated by commas. */
  readonly users?: readonly string[] | Setting;
}

/** developer.box.com/reference/resources/user--full */
export type UserStatus = 'active' | 'inactive' | 'cannot_delete_edit' | 'cannot_delete_edit_upload';

/** How much at once. Box allows 1,000 calls a minute for each user, so that this bounds processor time and Lambda's concurrency, not Box. */
export interface Concurrency {
  /** Shards at once, each a container; 4 if left out. A stage sets it with `stages.<stage>.jobs.<job>.shards`. */
  readonly shards?: number;
  /** Users at once in a shard; 4 if left out. After a crash at most so many users are done again. */
  readonly users?: number;
}

/** How many failed users a run bears. It ends with what it has as soon as either is exceeded, and its record says `TOO_MANY_FAILED`. */
export interface Tolerance {
  /** No bound if left out. */
  readonly users?: number;
  /** A fraction of the users that were selected; 0.1 if left out. */
  readonly share?: number;
}

/** Every managed user of the enterprise whom the filter lets through, each in turn. */
export interface EachManagedUser {
  readonly kind: 'eachManagedUser';
  readonly where: UserFilter;
  readonly through: Through;
  readonly concurrency: Required<Concurrency>;
  readonly tolerate: Required<Tolerance>;
}

/** What `eachManagedUser` takes; all of it may be left out. */
export interface EachManagedUserOptions {
  readonly where?: UserFilter;
  /** `user-token` if left out: a user's calls then count against that user's own limit. */
  readonly through?: Through;
  readonly concurrency?: Concurrency;
  readonly tolerate?: Tolerance;
}

/** The service account, or one managed user. */
export type OneSubject = ServiceAccount | ManagedUser;

/** As whom a job calls Box. */
export type RunAs = OneSubject | EachManagedUser;

/** As the app's own account. */
export function serviceAccount(): ServiceAccount {
  return { kind: 'serviceAccount' };
}

/** As one managed user. @param user Box user id, or the setting that holds it */
export function managedUser(user: string | Setting, through: Through = 'user-token'): ManagedUser {
  return { kind: 'managedUser', user, through };
}

/**
 * From ten users to a hundred thousand: the job is called once for each, and makes a Lambda durable function.
 * @throws NightporterError `DECLARATION_INVALID` for a key that it does not know
 */
export function eachManagedUser({
  where = {},
  through = 'user-token',
  concurrency,
  tolerate,
  ...others
}: EachManagedUserOptions = {}): EachManagedUser {
  // A file without types may say more.
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) {
    throw new NightporterError('DECLARATION_INVALID', `Remove or correct "${unknown}": eachManagedUser has no such key.`);
  }
  return {
    kind: 'eachManagedUser',
    where: { status: 'active', ...where },
    through,
    concurrency: { shards: 4, users: 4, ...concurrency },
    tolerate: { users: Number.MAX_SAFE_INTEGER, share: 0.1, ...tolerate },
  };
}
