import type { BoxWorld } from '../call.ts';
import { type ContentItem, within } from '../enterprise/content-tree.ts';
import { liveCollaborations } from './collaboration.ts';
import { type LinkAccess, liveLink } from './shared-link.ts';

export interface SharingTotals {
  /** Links that work, by whom they are for. */
  readonly links: Readonly<Record<LinkAccess, number>>;
  readonly openWithPassword: number;
  readonly openWithExpiry: number;
  /** Collaborations of people outside of the enterprise, invitations included. */
  readonly external: number;
  /** Of those, invitations that nobody has accepted. */
  readonly pending: number;
  /** Different people outside of the enterprise, by id or, as long as they have none, by address. */
  readonly outsiders: number;
  /** Collaborations of colleagues and groups. */
  readonly internal: number;
}

/** Over the content of every managed user as it is now, trash left out. */
export function sharingTotals(world: BoxWorld): SharingTotals {
  const links = { open: 0, company: 0, collaborators: 0 };
  const totals = { openWithPassword: 0, openWithExpiry: 0, external: 0, pending: 0, internal: 0 };
  const people = new Set<string>();
  for (const item of everything(world)) {
    const link = liveLink(item, world.now());
    if (link) {
      links[link.access]++;
      if (link.access === 'open' && link.password !== undefined) totals.openWithPassword++;
      if (link.access === 'open' && link.expiresAt !== undefined) totals.openWithExpiry++;
    }
    for (const { grantee, inviteEmail, status } of liveCollaborations(item, world.now())) {
      if (grantee && (grantee.type === 'group' || world.enterprise.user(grantee.id))) totals.internal++;
      else {
        totals.external++;
        if (status === 'pending') totals.pending++;
        people.add(grantee?.id ?? inviteEmail ?? '');
      }
    }
  }
  return { links, ...totals, outsiders: people.size };
}

function* everything({ enterprise }: BoxWorld): Generator<ContentItem> {
  for (let nth = 0; nth < enterprise.users; nth++) {
    for (const item of within(enterprise.content(enterprise.listed(nth)).root)) if (item.more) yield item;
  }
}
