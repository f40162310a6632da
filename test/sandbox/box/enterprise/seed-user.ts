import { familyNames, givenNames, jobTitles, loginName, troublesomeNames } from './names.ts';
import { draw, logNormal, pick } from './random.ts';
import type { UserRecord, UserRole, UserStatus } from './user-record.ts';

const day = 86_400_000;
const gigabyte = 1_000_000_000;
const firstUserId = 11_000_001;

/** The moment that the seeded world has reached; every date of the seed lies before it. */
export const seedMoment = Date.UTC(2026, 0, 1);

export interface SeedPlan {
  readonly users: number;
  readonly seed: number;
  /** Folders that the first user owns. */
  readonly contentFolders: number;
}

const aspect = {
  given: 1,
  family: 2,
  role: 3,
  status: 4,
  title: 5,
  quota: 6,
  quotaSize: 7,
  use: 8,
  useA: 9,
  useB: 10,
  created: 11,
  modified: 12,
};

export function userId(index: number): string {
  return String(firstUserId + index);
}

/** @returns a position that may lie outside of the enterprise, or undefined when the text is no user id at all. */
export function userIndex(id: string): number | undefined {
  return /^\d{1,15}$/.test(id) ? Number(id) - firstUserId : undefined;
}

/** One user, drawn from the plan and the position alone: nothing is stored per user. */
export function seedUser(plan: SeedPlan, index: number): UserRecord {
  const share = (which: number) => draw(plan.seed, index, which);
  const name = nameOf(index, share);
  const spaceAmount = index === 0 ? 1000 * gigabyte : allotted(share);
  const createdAt = seedMoment - Math.floor(day * (40 + 4000 * share(aspect.created)));
  return {
    index,
    id: userId(index),
    name,
    login: `${loginName(name)}.${index + 1}@northwind.example`,
    role: roleOf(index, share(aspect.role)),
    status: index < 3 ? 'active' : statusOf(share(aspect.status)),
    jobTitle: index === 0 ? 'Records Manager' : pick(jobTitles, share(aspect.title)),
    spaceAmount,
    spaceUsed: index === 0 ? Math.min(900 * gigabyte, plan.contentFolders * 37_000_003) : used(spaceAmount, share),
    createdAt,
    modifiedAt: createdAt + Math.floor((seedMoment - createdAt) * share(aspect.modified)),
  };
}

/** Whether the seed has made this user inactive, without drawing the rest of him. */
export function isSeededInactive({ seed }: SeedPlan, index: number): boolean {
  return index >= 3 && statusOf(draw(seed, index, aspect.status)) === 'inactive';
}

function nameOf(index: number, share: (which: number) => number): string {
  const troublesome = index < 3 ? undefined : troublesomeNames[index - 3];
  if (troublesome !== undefined) return troublesome;
  return `${pick(givenNames, share(aspect.given))} ${pick(familyNames, share(aspect.family))}`;
}

/** One primary admin, one co-admin in a hundred. */
function roleOf(index: number, share: number): UserRole {
  if (index === 1) return 'admin';
  if (index === 2) return 'coadmin';
  return index > 2 && share < 0.01 ? 'coadmin' : 'user';
}

function statusOf(share: number): UserStatus {
  if (share < 0.07) return 'inactive';
  if (share < 0.1) return 'cannot_delete_edit';
  return share < 0.12 ? 'cannot_delete_edit_upload' : 'active';
}

/** Sums over 100,000 users stay below 2 ** 53, so that the totals are exact. */
function allotted(share: (which: number) => number): number {
  const kind = share(aspect.quota);
  if (kind < 0.25) return -1;
  if (kind < 0.27) return 0;
  return kind < 0.29 ? 1000 * gigabyte : gigabyte * pick([10, 10, 25, 50, 50, 100], share(aspect.quotaSize));
}

function used(spaceAmount: number, share: (which: number) => number): number {
  const kind = share(aspect.use);
  const limited = spaceAmount > 0;
  if (kind < 0.06) return 0;
  if (limited && kind < 0.1) return Math.floor(spaceAmount * (0.93 + 0.0699 * share(aspect.useA)));
  if (limited && kind < 0.11) return Math.floor(spaceAmount * (1.001 + 0.1 * share(aspect.useA)));
  const usual = logNormal(3 * gigabyte, 1.4, share(aspect.useA), share(aspect.useB));
  return Math.floor(Math.min(usual, limited ? 0.9 * spaceAmount : 900 * gigabyte));
}
