import type { BoxWorld, Call } from '../call.ts';
import type { ContentItem } from '../enterprise/content-tree.ts';
import { effectiveAccess, linkUrl, liveLink, positionOfLink, type SharedLink, vanityUrl } from './shared-link.ts';

export interface LinkedItem {
  readonly item: ContentItem;
  readonly link: SharedLink;
}

/** `boxapi: shared_link=URL&shared_link_password=PASSWORD`. */
export function linkHeader({ headers }: Call): { readonly url: string; readonly password: string | null } | undefined {
  const form = new URLSearchParams(String(headers.boxapi ?? ''));
  const url = form.get('shared_link');
  return url === null ? undefined : { url, password: form.get('shared_link_password') };
}

export function linkedItem(world: BoxWorld, url: string): LinkedItem | undefined {
  const position = positionOfLink(url);
  const item = position ? world.enterprise.forest.tree(position.home)?.at(position.number) : world.collaborations.vanity.get(url);
  const link = item && liveLink(item, world.now());
  const same = link !== undefined && (linkUrl(link) === url || vanityUrl(link) === url);
  return item && link && same ? { item, link } : undefined;
}

/** What the shared link of a request lets its sender see, beyond what he sees anyway. */
export function itemBehind(world: BoxWorld, call: Call): ContentItem | undefined {
  if (call.headers.boxapi === undefined) return undefined;
  const header = linkHeader(call);
  const found = header && linkedItem(world, header.url);
  if (header === undefined || found === undefined) return undefined;
  const { password } = found.link;
  return effectiveAccess(found.link, world.enterprise.widestLink) !== 'collaborators' &&
    (password === undefined || password === header.password)
    ? found.item
    : undefined;
}
