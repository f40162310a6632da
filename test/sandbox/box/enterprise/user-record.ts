export type UserRole = 'admin' | 'coadmin' | 'user';
export type UserStatus = 'active' | 'inactive' | 'cannot_delete_edit' | 'cannot_delete_edit_upload';

/** What Box says of anybody: a colleague, or somebody of another enterprise. */
export type Person = Pick<UserRecord, 'id' | 'name' | 'login'>;

/** A user of the simulated enterprise; dates in milliseconds, space in bytes (`spaceAmount` -1: unlimited). */
export interface UserRecord {
  /** Position among the managed users; -1 for the service account, which is in no list. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly login: string;
  readonly role: UserRole;
  readonly status: UserStatus;
  readonly jobTitle: string;
  readonly spaceAmount: number;
  readonly spaceUsed: number;
  readonly createdAt: number;
  readonly modifiedAt: number;
  /** Fields that are only kept and given back, by Box's names for them. */
  readonly details?: Readonly<Record<string, unknown>>;
}
