import { folderWords } from '../enterprise/content-names.ts';
import { draw, pick } from '../enterprise/random.ts';
import { type SeedPlan, seedMoment, userId } from '../enterprise/seed-user.ts';
import type { Group, Membership } from './group.ts';

export const firstGroupId = 41_000_001;
export const firstMembershipId = 51_000_001;
const usersPerGroup = 25;

/** All groups and memberships, by what they are looked up by. */
export interface Drawn {
  readonly groups: Map<string, Group>;
  readonly memberships: Map<string, Membership>;
  readonly byGroup: Map<string, Set<Membership>>;
  readonly byUser: Map<string, Set<Membership>>;
  nextGroup: number;
  nextMembership: number;
}

/** One group for 25 users; most users are in one or two. */
export function drawGroups({ seed, users }: SeedPlan): Drawn {
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

export function keep({ memberships, byGroup, byUser }: Drawn, membership: Membership): Membership {
  memberships.set(membership.id, membership);
  byGroup.set(membership.groupId, (byGroup.get(membership.groupId) ?? new Set()).add(membership));
  byUser.set(membership.userId, (byUser.get(membership.userId) ?? new Set()).add(membership));
  return membership;
}
