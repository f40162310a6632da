import { Forest } from '../content/forest.ts';
import { Roster } from '../people/roster.ts';
import type { LinkAccess } from '../sharing/shared-link.ts';
import { type ContentItem, type ContentTotals, ContentTree } from './content-tree.ts';
import { type EnterpriseTotals, totalsOf } from './enterprise-totals.ts';
import { rootFolder, seedContent } from './seed-content.ts';
import { type SeedPlan, seedMoment, seedUser, userId, userIndex } from './seed-user.ts';
import type { UserRecord } from './user-record.ts';

export type UserChange = Partial<Omit<UserRecord, 'index' | 'id' | 'createdAt'>>;

/** Who and what is in the enterprise: drawn from the seed on demand, plus what has been changed since. */
export class Enterprise {
  readonly plan: SeedPlan;
  readonly forest: Forest;
  /** For whom a shared link may be at most; what an administrator sets in the console, and what the links of before obey too. */
  widestLink: LinkAccess = 'open';
  /** Whether colleagues who are invited are in at once, instead of having an invitation to answer. */
  acceptsForColleagues = true;
  readonly #roster: Roster;
  readonly #changed = new Map<number, UserRecord>();
  #lastSearch: { readonly term: string; readonly found: readonly number[] } | undefined;

  constructor(plan: SeedPlan) {
    this.plan = plan;
    this.#roster = new Roster(plan.users);
    this.forest = new Forest((home) => this.#grow(home));
  }

  get serviceAccount(): UserRecord {
    return this.#changed.get(-1) ?? serviceAccount;
  }

  get users(): number {
    return this.#roster.count;
  }

  /** @param index position at which the user came in; others may have left. @throws RangeError when nobody ever had it. */
  userAt(index: number): UserRecord {
    if (index === -1) return this.serviceAccount;
    if (!(index >= 0 && index < this.#roster.end)) throw new RangeError(`The enterprise has no user number ${index}.`);
    return this.#changed.get(index) ?? seedUser(this.plan, index);
  }

  /** The managed user, or the service account, with this id. */
  user(id: string): UserRecord | undefined {
    if (id === this.serviceAccount.id) return this.serviceAccount;
    const index = userIndex(id);
    return index !== undefined && this.#roster.has(index) ? this.userAt(index) : undefined;
  }

  /** As `user`, those who have left included: what they did still carries their name. */
  anybody(id: string): UserRecord | undefined {
    if (id === this.serviceAccount.id) return this.serviceAccount;
    const index = userIndex(id) ?? -1;
    return index >= 0 && index < this.#roster.end ? this.userAt(index) : undefined;
  }

  /** The nth user of the list. */
  listed(nth: number): UserRecord {
    return this.userAt(this.#roster.nth(nth));
  }

  /** How many users of the list come before the one at this index. */
  listedBefore(index: number): number {
    return this.#roster.before(index);
  }

  add(given: Omit<UserRecord, 'index' | 'id'>): UserRecord {
    const index = this.#roster.add();
    const user = { ...given, index, id: userId(index) };
    this.#changed.set(index, user);
    this.#lastSearch = undefined;
    return user;
  }

  remove({ index }: UserRecord): void {
    this.#changed.set(index, this.userAt(index));
    this.#roster.remove(index);
    this.#lastSearch = undefined;
  }

  /** What an administrator would change in the console. @throws RangeError for an unknown user. */
  change(id: string, change: UserChange): void {
    const user = this.anybody(id);
    if (user === undefined) throw new RangeError(`The enterprise has no user ${id}.`);
    this.#changed.set(user.index, { ...user, ...change });
    if (change.name !== undefined || change.login !== undefined) this.#lastSearch = undefined;
  }

  /** Positions of the users whose name or login starts with the term. The last search is kept for the pages that follow. */
  search(term: string): readonly number[] {
    if (this.#lastSearch?.term === term) return this.#lastSearch.found;
    const wanted = term.toLowerCase();
    const found: number[] = [];
    for (let nth = 0; nth < this.users; nth++) {
      const { index, name, login } = this.listed(nth);
      if (name.toLowerCase().startsWith(wanted) || login.startsWith(wanted)) found.push(index);
    }
    this.#lastSearch = { term, found };
    return found;
  }

  /** The one who logs in with this address, if any. */
  login(login: string): UserRecord | undefined {
    const wanted = login.toLowerCase();
    // A seeded login ends with its position, so that most are found at once.
    const seeded = /\.(\d+)@/.exec(wanted)?.[1];
    const first = seeded === undefined ? undefined : this.user(userId(Number(seeded) - 1));
    if (first?.login === wanted) return first;
    for (const { id, login: changed } of this.#changed.values()) if (changed === wanted) return this.user(id);
    return undefined;
  }

  content(user: UserRecord): ContentTree {
    const tree = this.forest.tree(user.index);
    if (tree === undefined) throw new RangeError(`The enterprise has no content of user number ${user.index}.`);
    return tree;
  }

  /** Whoever's root folder it hangs below. */
  ownerOf(item: ContentItem): UserRecord {
    let top = item;
    while (top.parent !== undefined) top = top.parent;
    return this.userAt(top.home);
  }

  /** Of what the user owns now. @throws RangeError for an unknown user. */
  contentTotals(id: string): ContentTotals {
    const user = this.user(id);
    if (user === undefined) throw new RangeError(`The enterprise has no user ${id}.`);
    return this.content(user).totals();
  }

  totals(): EnterpriseTotals {
    return totalsOf(this);
  }

  #grow(home: number): ContentTree | undefined {
    if (home < -1 || home >= this.#roster.end) return undefined;
    const seeded = home >= 0 && home < this.plan.users;
    // Grown from the user of the seed: what has been changed since has its own place.
    return seeded ? seedContent(this.plan, seedUser(this.plan, home)) : new ContentTree([rootFolder(this.userAt(home))]);
  }
}

/** In no list of users, with an empty root of its own and Box's default of 10 GB. */
const serviceAccount: UserRecord = {
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
