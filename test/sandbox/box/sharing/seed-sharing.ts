import type { ContentItem, ContentTree } from '../enterprise/content-tree.ts';
import { draw, pick } from '../enterprise/random.ts';
import { type SeedPlan, seedMoment, userId } from '../enterprise/seed-user.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import type { Collaboration } from './collaboration.ts';
import { externalUser } from './external-user.ts';
import type { Role } from './role.ts';
import { linkKey, type SharedLink } from './shared-link.ts';

const day = 86_400_000;
const firstCollaborationId = 600_000_000_000;
const idsPerUser = 1_000_000;

/** How far down the list of users those sit whom a user has given a folder: few and fixed, so that it can be seen from their side too. */
const reaches = [1, 7, 31];
/** The first users are given nothing, so that what they see is what they own. */
const spared = 3;
const sharedFolder = 1;

const aspect = { link: 41, linkAccess: 42, password: 43, expiry: 44, uses: 45, outsiders: 46, inside: 47 };

/** Links and collaborators of a tree, each drawn from the item alone. */
export function seedSharing(plan: SeedPlan, user: UserRecord, tree: ContentTree): void {
  for (let number = 1; number < tree.nextNumber; number++) {
    const item = tree.at(number);
    if (item === undefined || item.type === 'web_link') continue;
    const share = (which: number) => draw(plan.seed ^ Math.imul(number, 0x2545f491), user.index, which);
    const link = seedLink(item, share);
    if (link !== undefined) item.more = { ...item.more, link };
    for (const given of [...outsiders(plan, item, share), ...insiders(plan, item, user, share)]) collaborate(tree, item, user, given);
  }
}

function seedLink(item: ContentItem, share: (which: number) => number): SharedLink | undefined {
  if (share(aspect.link) >= (item.type === 'folder' ? 0.05 : 0.07)) return undefined;
  const kind = share(aspect.linkAccess);
  const access = kind < 0.45 ? 'open' : kind < 0.85 ? 'company' : 'collaborators';
  const expiry = share(aspect.expiry);
  return {
    key: linkKey(item, 0),
    access,
    password: access === 'open' && share(aspect.password) < 0.15 ? 'northwind' : undefined,
    // Far enough ahead not to run out while somebody looks.
    expiresAt: expiry < 0.25 ? seedMoment + Math.floor(4000 * day * (0.5 + expiry)) : undefined,
    canDownload: item.type === 'file' || share(aspect.uses) < 0.5,
    vanityName: undefined,
    createdAt: item.createdAt + Math.floor((item.modifiedAt - item.createdAt) * share(aspect.uses)),
    downloads: item.type === 'file' ? Math.floor(40 * share(aspect.uses) ** 4) : 0,
    previews: Math.floor(200 * share(aspect.uses) ** 4),
  };
}

type Given = Pick<Collaboration, 'grantee' | 'inviteEmail' | 'status' | 'expiresAt'> & { readonly role: Role };

function outsiders({ seed, users }: SeedPlan, { type, createdAt }: ContentItem, share: (which: number) => number): readonly Given[] {
  const chance = share(aspect.outsiders);
  const often = type === 'folder' ? 0.06 : 0.01;
  if (chance >= often) return [];
  const population = Math.max(20, Math.floor(users / 5));
  const count = 1 + Math.floor((3 * chance) / often);
  const first = Math.floor(share(aspect.outsiders + 20) * population);
  return Array.from({ length: count }, (_, nth) => {
    const { id, login } = externalUser(seed, (first + nth * 11) % population);
    const pending = share(aspect.outsiders + 30 + nth) < 0.15;
    return {
      grantee: pending ? undefined : { type: 'user', id },
      inviteEmail: pending ? login : undefined,
      status: pending ? 'pending' : 'accepted',
      role: pick(['editor', 'viewer', 'viewer', 'previewer', 'viewer uploader', 'co-owner'] as const, share(aspect.outsiders + 60 + nth)),
      expiresAt: share(aspect.outsiders + 90 + nth) < 0.1 ? createdAt + 20 * 365 * day : undefined,
    };
  });
}

function insiders(plan: SeedPlan, { number }: ContentItem, user: UserRecord, share: (which: number) => number): readonly Given[] {
  if (number !== sharedFolder) return [];
  return receivers(plan, user.index).map((index, nth) => ({
    grantee: { type: 'user', id: userId(index) },
    inviteEmail: undefined,
    status: 'accepted',
    role: pick(['editor', 'viewer', 'editor', 'co-owner'] as const, share(aspect.inside + nth)),
    expiresAt: undefined,
  }));
}

/** Positions of those to whom this user has given his first folder. */
function receivers({ seed, users }: SeedPlan, index: number): readonly number[] {
  return reaches
    .filter((reach) => draw(seed, index, 400 + reach) < 0.3)
    .map((reach) => index + reach)
    .filter((receiver) => receiver >= spared && receiver < users);
}

/** Positions of those who have given this user their first folder, if they have one. */
export function givers(plan: SeedPlan, index: number): readonly number[] {
  return reaches.map((reach) => index - reach).filter((giver) => giver >= 0 && receivers(plan, giver).includes(index));
}

/** The folder that a giver gives. */
export function givenFolder(tree: ContentTree): ContentItem | undefined {
  const item = tree.at(sharedFolder);
  return item?.type === 'folder' ? item : undefined;
}

function collaborate(tree: ContentTree, item: ContentItem, owner: UserRecord, given: Given): void {
  const slot = tree.seededCollaborations.length;
  if (slot >= idsPerUser) return;
  const collaboration: Collaboration = {
    ...given,
    id: String(firstCollaborationId + owner.index * idsPerUser + slot),
    item,
    canViewPath: false,
    accessOnly: false,
    createdBy: owner.id,
    createdAt: item.createdAt,
    modifiedAt: item.createdAt,
  };
  tree.seededCollaborations.push(collaboration);
  item.more ??= {};
  item.more.collaborations = [...(item.more.collaborations ?? []), collaboration];
}

/** @returns in whose tree, and which of it, a seeded collaboration is. */
export function seededPosition(id: string): { readonly home: number; readonly slot: number } | undefined {
  const place = /^\d{12,15}$/.test(id) ? Number(id) - firstCollaborationId : -1;
  return place < 0 ? undefined : { home: Math.floor(place / idsPerUser), slot: place % idsPerUser };
}

/** Those made later are numbered from here: beyond what ten million users' trees could hold. */
export const firstLaterCollaborationId = firstCollaborationId + 20_000_000 * idsPerUser;
