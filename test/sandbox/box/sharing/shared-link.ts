import { type ContentItem, itemId, itemPosition } from '../enterprise/content-tree.ts';

export type LinkAccess = 'open' | 'company' | 'collaborators';

/** Dates in milliseconds. */
export interface SharedLink {
  /** The last part of its address. */
  readonly key: string;
  readonly access: LinkAccess;
  readonly password: string | undefined;
  readonly expiresAt: number | undefined;
  readonly canDownload: boolean;
  readonly vanityName: string | undefined;
  readonly createdAt: number;
  readonly downloads: number;
  readonly previews: number;
}

const site = 'https://northwind.box.com';

/** Whom a link works for where the enterprise allows no wider one. */
export function effectiveAccess({ access }: SharedLink, widest: LinkAccess): LinkAccess {
  const order: readonly LinkAccess[] = ['collaborators', 'company', 'open'];
  return order[Math.min(order.indexOf(access), order.indexOf(widest))] ?? access;
}

/** The link, unless its time is over. */
export function liveLink(item: ContentItem, now: number): SharedLink | undefined {
  const link = item.more?.link;
  return link !== undefined && (link.expiresAt === undefined || now < link.expiresAt) ? link : undefined;
}

export function linkUrl({ key }: SharedLink): string {
  return `${site}/s/${key}`;
}

export function vanityUrl({ vanityName }: SharedLink): string | null {
  return vanityName === undefined ? null : `${site}/v/${vanityName}`;
}

export function downloadUrl({ key }: SharedLink, name: string): string {
  const ending = /\.[a-z0-9]{1,8}$/i.exec(name)?.[0] ?? '';
  return `${site}/shared/static/${key}${ending}`;
}

/** Whom it belongs to stands in the key, so that no index of 100,000 users' links is kept. */
export function linkKey(item: ContentItem, generation: number): string {
  const id = Number(itemId(item));
  const noise = Math.imul((id % 0x7fffffff) ^ (generation * 977), 0x85ebca6b) >>> 0;
  return `${noise.toString(36).padStart(7, '0')}${id.toString(36)}`;
}

/** @returns where the item of a link's address was made. */
export function positionOfLink(url: string): ReturnType<typeof itemPosition> {
  const key = /^https:\/\/[a-z0-9.]+\/s\/[a-z0-9]{7}([a-z0-9]+)$/.exec(url)?.[1];
  return key === undefined ? undefined : itemPosition(String(Number.parseInt(key, 36)));
}
