import type { Enterprise } from '../enterprise/enterprise.ts';
import { type Drawn, drawGroups, firstGroupId, firstMembershipId, keep } from './seed-groups.ts';

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
    this.#drawn ??= drawGroups(this.#enterprise.plan);
    return this.#drawn;
  }
}
