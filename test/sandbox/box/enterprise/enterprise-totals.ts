import type { Enterprise } from './enterprise.ts';
import type { UserRole, UserStatus } from './user-record.ts';

export interface EnterpriseTotals {
  readonly users: number;
  /** Bytes in use by all managed users. */
  readonly spaceUsed: number;
  /** Bytes allotted to those users who have a limit. */
  readonly spaceAllotted: number;
  readonly unlimited: number;
  readonly empty: number;
  readonly byStatus: Readonly<Record<UserStatus, number>>;
  readonly byRole: Readonly<Record<UserRole, number>>;
}

/** Sums over everybody who is in the enterprise now. */
export function totalsOf(enterprise: Enterprise): EnterpriseTotals {
  const byStatus: Record<UserStatus, number> = { active: 0, inactive: 0, cannot_delete_edit: 0, cannot_delete_edit_upload: 0 };
  const byRole: Record<UserRole, number> = { admin: 0, coadmin: 0, user: 0 };
  let [spaceUsed, spaceAllotted, unlimited, empty] = [0, 0, 0, 0];
  for (let nth = 0; nth < enterprise.users; nth++) {
    const user = enterprise.listed(nth);
    byStatus[user.status]++;
    byRole[user.role]++;
    spaceUsed += user.spaceUsed;
    if (user.spaceAmount < 0) unlimited++;
    else spaceAllotted += user.spaceAmount;
    if (user.spaceUsed === 0) empty++;
  }
  return { users: enterprise.users, spaceUsed, spaceAllotted, unlimited, empty, byStatus, byRole };
}
