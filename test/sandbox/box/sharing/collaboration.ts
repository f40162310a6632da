import type { ContentItem } from '../enterprise/content-tree.ts';
import type { Role } from './role.ts';

/** Dates in milliseconds, people by user id. */
export interface Collaboration {
  readonly id: string;
  readonly item: ContentItem;
  /** Absent for somebody invited by an address, until it is answered. */
  readonly grantee: { readonly type: 'user' | 'group'; readonly id: string } | undefined;
  readonly inviteEmail: string | undefined;
  role: Role;
  status: 'accepted' | 'pending' | 'rejected';
  expiresAt: number | undefined;
  canViewPath: boolean;
  readonly accessOnly: boolean;
  readonly createdBy: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** When the invitation was answered; absent where nobody had to. */
  readonly acknowledgedAt?: number;
}

/** Those of the item itself whose time is not over. */
export function liveCollaborations(item: ContentItem, now: number): readonly Collaboration[] {
  const all = item.more?.collaborations ?? [];
  return all.length === 0 ? all : all.filter(({ expiresAt }) => expiresAt === undefined || now < expiresAt);
}
