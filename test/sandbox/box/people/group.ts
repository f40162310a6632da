import { folderWords } from '../content-names.ts';
import type { Enterprise } from '../enterprise.ts';
import { draw, pick } from '../random.ts';
import { seedMoment, userId } from '../seed-user.ts';

/** Dates in milliseconds. */
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly modifiedAt: number;
}

export interface Membership {
  readonly id: string;
  readonly groupId: string;
  readonly userId: string;
  readonly role: 'member' | 'admin';
  readonly createdAt: number;
  readonly modifiedAt: number;
}

const firstGroupId = 41_000_001;
const firstMembershipId = 51_000_001;
const usersPerGroup = 25;

export function miniGroup({ id, name }: Group): Record<string, unknown> {
  return { type: 'group', id, name, group_type: 'managed_group' };
}

/** Groups and who is in them. Drawn from the seed as a whole, when somebody first asks. */
export class Groups {
  readonly #enterprise: Enterprise;
  readonly #now: () => number;
  #drawn: Drawn | undefined;

  constructor(enterprise: Enterprise, now: () => number) {
    this.#enterprise = enterprise;
    this.#now = now;
  }

  /** By name. */
  all(): readonly Group[] {
    return [...this.#all().groups.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  find(id: string): Group | undefined {
    return this.#all().groups.get(id);
  }

  add(name: string, details: Group['details']): Group {
    const { groups } = this.#all();
    const now = this.#now();
    const group = { id: String(firstGroupId + this.#all().nextGroup++), name, details, createdAt: now, modifiedAt: now };
    groups.set(group.id, group);
    return group;
  }

  change(group: Group, name: string, details: Group['details']): Group {
    const changed = { ...group, name, details: { ...group.details, ...details }, modifiedAt: this.#now() };
    this.#all().groups.set(group.id, changed);
    return changed;
  }

  remove({ id }: Group): void {
    for (const membership of this.members(id)) this.leave(membership);
    this.#all().groups.delete(id);
  }

  /** @returns whether a user is in a group; draws nothing when there is no such group. */
  has(groupId: string, user: string): boolean {
    return this.members(groupId).some(({ userId: member }) => member === user);
  }

  /** Ids of the groups of a user. A seed gives groups no items: until one was asked for, none can matter. */
  of(user: string): readonly string[] {
    return this.#drawn === undefined ? [] : this.membershipsOf(user).map(({ groupId }) => groupId);
  }

  members(groupId: string): readonly Membership[] {
    return [...(this.#all().byGroup.get(groupId) ?? [])];
  }

  membershipsOf(user: string): readonly Membership[] {
    return [...(this.#all().byUser.get(user) ?? [])];
  }

  membership(id: string): Membership | undefined {
    return this.#all().memberships.get(id);
  }

  join(groupId: string, user: string, role: Membership['role']): Membership {
    const now = this.#now();
    const drawn = this.#all();
    const id = String(firstMembershipId + drawn.nextMembership++);
    return keep(drawn, { id, groupId, userId: user, role, createdAt: now, modifiedAt: now });
  }

  changeRole(membership: Membership, role: Membership['role']): Membership {
    this.leave(membership);
    return keep(this.#all(), { ...membership, role, modifiedAt: this.#now() });
  }

  leave(membership: Membership): void {
    const { memberships, byGroup, byUser } = this.#all();
    memberships.delete(membership.id);
    byGroup.get(membership.groupId)?.delete(membership);
    byUser.get(membership.userId)?.delete(membership);
  }

  #all(): Drawn {
    this.#drawn ??= drawGroups(this.#enterprise);
    return this.#drawn;
  }
}

interface Drawn {
  readonly groups: Map<string, Group>;
  readonly memberships: Map<string, Membership>;
  readonly byGroup: Map<string, Set<Membership>>;
  readonly byUser: Map<string, Set<Membership>>;
  nextGroup: number;
  nextMembership: number;
}

/** One group for 25 users; most users are in one or two. */
function drawGroups({ plan: { seed, users } }: Enterprise): Drawn {
  const drawn: Drawn = {
    groups: new Map(),
    memberships: new Map(),
    byGroup: new Map(),
    byUser: new Map(),
    nextGroup: 0,
    nextMembership: 0,
  };
  const at = { createdAt: seedMoment, modifiedAt: seedMoment };
  const count = users === 0 ? 0 : Math.max(2, Math.floor(users / usersPerGroup));
  for (; drawn.nextGroup < count; drawn.nextGroup++) {
    const id = String(firstGroupId + drawn.nextGroup);
    drawn.groups.set(id, { id, name: `${pick(folderWords, draw(seed, drawn.nextGroup, 71))} ${drawn.nextGroup + 1}`, details: {}, ...at });
  }
  for (let index = 0; index < users; index++) {
    const groups = new Set(
      [72, 73].filter((which) => draw(seed, index, which + 10) < 0.7).map((which) => Math.floor(draw(seed, index, which) * count)),
    );
    for (const nth of groups) {
      const role = draw(seed, index, 74) < 0.05 ? 'admin' : 'member';
      const id = String(firstMembershipId + drawn.nextMembership++);
      keep(drawn, { id, groupId: String(firstGroupId + nth), userId: userId(index), role, ...at });
    }
  }
  return drawn;
}

function keep({ memberships, byGroup, byUser }: Drawn, membership: Membership): Membership {
  memberships.set(membership.id, membership);
  byGroup.set(membership.groupId, (byGroup.get(membership.groupId) ?? new Set()).add(membership));
  byUser.set(membership.userId, (byUser.get(membership.userId) ?? new Set()).add(membership));
  return membership;
}
