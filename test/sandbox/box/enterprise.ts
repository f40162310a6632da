import type { ContentTotals, ContentTree } from './content-tree.ts';
import { seedContent } from './seed-content.ts';
import { type SeedPlan, seedMoment, seedUser, userIndex } from './seed-user.ts';
import type { UserRecord, UserRole, UserStatus } from './user-record.ts';

const treesKept = 500;

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

export type UserChange = Partial<Pick<UserRecord, 'name' | 'role' | 'status' | 'spaceAmount'>>;

/** Who and what is in the enterprise: drawn from the seed on demand, plus what has been changed since. */
export class Enterprise {
  readonly users: number;
  readonly serviceAccount: UserRecord;
  readonly #plan: SeedPlan;
  readonly #changed = new Map<number, UserRecord>();
  readonly #trees = new Map<number, ContentTree>();
  #lastSearch: { readonly term: string; readonly found: readonly number[] } | undefined;

  constructor(plan: SeedPlan) {
    this.#plan = plan;
    this.users = plan.users;
    this.serviceAccount = serviceAccount();
  }

  /** @throws RangeError outside of 0 … users - 1. */
  userAt(index: number): UserRecord {
    if (!(index >= 0 && index < this.users)) throw new RangeError(`The enterprise has no user number ${index}.`);
    return this.#changed.get(index) ?? seedUser(this.#plan, index);
  }

  /** The managed user, or the service account, with this id. */
  user(id: string): UserRecord | undefined {
    if (id === this.serviceAccount.id) return this.serviceAccount;
    const index = userIndex(id);
    return index !== undefined && index >= 0 && index < this.users ? this.userAt(index) : undefined;
  }

  /** What an administrator would change in the console. @throws RangeError for an unknown user. */
  change(id: string, change: UserChange): void {
    const user = this.user(id);
    if (user === undefined || user.index < 0) throw new RangeError(`The enterprise has no managed user ${id}.`);
    this.#changed.set(user.index, { ...user, ...change });
    this.#lastSearch = undefined;
  }

  /** Positions of the users whose name or login starts with the term. The last search is kept for the pages that follow. */
  search(term: string): readonly number[] {
    if (this.#lastSearch?.term === term) return this.#lastSearch.found;
    const wanted = term.toLowerCase();
    const found: number[] = [];
    for (let index = 0; index < this.users; index++) {
      const { name, login } = this.userAt(index);
      if (name.toLowerCase().startsWith(wanted) || login.startsWith(wanted)) found.push(index);
    }
    this.#lastSearch = { term, found };
    return found;
  }

  /** The least recently used trees are dropped: they grow again the same. */
  content(user: UserRecord): ContentTree {
    const tree = this.#trees.get(user.index) ?? seedContent(this.#plan, user);
    this.#trees.delete(user.index);
    this.#trees.set(user.index, tree);
    const oldest = this.#trees.keys().next().value;
    if (this.#trees.size > treesKept && oldest !== undefined) this.#trees.delete(oldest);
    return tree;
  }

  /** @throws RangeError for an unknown user. */
  contentTotals(id: string): ContentTotals {
    const user = this.user(id);
    if (user === undefined) throw new RangeError(`The enterprise has no user ${id}.`);
    return this.content(user).totals();
  }

  totals(): EnterpriseTotals {
    const byStatus: Record<UserStatus, number> = {
      active: 0,
      inactive: 0,
      cannot_delete_edit: 0,
      cannot_delete_edit_upload: 0,
    };
    const byRole: Record<UserRole, number> = { admin: 0, coadmin: 0, user: 0 };
    let [spaceUsed, spaceAllotted, unlimited, empty] = [0, 0, 0, 0];
    for (let index = 0; index < this.users; index++) {
      const user = this.userAt(index);
      byStatus[user.status]++;
      byRole[user.role]++;
      spaceUsed += user.spaceUsed;
      if (user.spaceAmount < 0) unlimited++;
      else spaceAllotted += user.spaceAmount;
      if (user.spaceUsed === 0) empty++;
    }
    return {
      users: this.users,
      spaceUsed,
      spaceAllotted,
      unlimited,
      empty,
      byStatus,
      byRole,
    };
  }
}

/** In no list of users, with an empty root of its own and Box's default of 10 GB. */
function serviceAccount(): UserRecord {
  return {
    index: -1,
    id: '10900001',
    name: 'Nightporter',
    login: 'AutomationUser_2300001_kq3Xw7Yb1D@boxdevedition.com',
    role: 'user',
    status: 'active',
    jobTitle: '',
    spaceAmount: 10_737_418_240,
    spaceUsed: 0,
    createdAt: seedMoment - 30 * 86_400_000,
    modifiedAt: seedMoment,
  };
}
