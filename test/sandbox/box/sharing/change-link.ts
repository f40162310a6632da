import type { BoxWorld } from '../call.ts';
import type { Place } from '../content/place.ts';
import type { ContentItem } from '../enterprise/content-tree.ts';
import type { Action } from '../events/action.ts';
import type { Answer } from '../http/answer.ts';
import { invalidParameter } from '../http/error-body.ts';
import { dateOf, type JsonObject, objectOf, textOf } from '../http/json-body.ts';
import { type LinkAccess, linkKey, liveLink, type SharedLink, vanityUrl } from './shared-link.ts';

/** @param given `shared_link` of a PUT: undefined leaves the link alone, null removes it. */
export function refuseLink({ world, item }: Place, given: unknown): Answer | undefined {
  const wanted = objectOf(given);
  if (wanted === undefined) return undefined;
  const access = wanted.access ?? liveLink(item, world.now())?.access ?? usualAccess;
  if (!isAccess(access)) return invalidParameter('shared_link.access', String(access), 'Expected open, company or collaborators');
  if (typeof wanted.password === 'string' && access !== 'open')
    return invalidParameter('shared_link.password', '', 'Only open links have one');
  if (typeof wanted.unshared_at === 'string' && (dateOf(wanted.unshared_at) ?? 0) <= world.now())
    return invalidParameter('shared_link.unshared_at', wanted.unshared_at, 'Expected a date in the future');
  return undefined;
}

/** What administrators set for those who don't say whom a link is for. */
const usualAccess: LinkAccess = 'company';

function isAccess(value: unknown): value is LinkAccess {
  return value === 'open' || value === 'company' || value === 'collaborators';
}

/** @returns what was done; undefined when the link is as it was. */
export function changeLink(world: BoxWorld, item: ContentItem, given: unknown): Action | undefined {
  const now = world.now();
  const before = liveLink(item, now);
  if (given === undefined || (given === null && before === undefined)) return undefined;
  const link = given === null ? undefined : renew(item, before, objectOf(given) ?? {}, now);
  if (before && link && same(before, link)) return undefined;
  const { link: _, ...others } = item.more ?? {};
  item.more = link ? { ...others, link } : others;
  const vanity = link && vanityUrl(link);
  if (vanity) world.collaborations.vanity.set(vanity, item);
  if (link === undefined) return 'ITEM_SHARED_UNSHARE';
  return before ? 'ITEM_SHARED_UPDATE' : 'ITEM_SHARED_CREATE';
}

/** What the request doesn't name stays; a link that is made anew after one was removed has another address. */
function renew(item: ContentItem, before: SharedLink | undefined, wanted: JsonObject, now: number): SharedLink {
  const access = isAccess(wanted.access) ? wanted.access : (before?.access ?? usualAccess);
  const download = objectOf(wanted.permissions)?.can_download;
  const expires = wanted.unshared_at === undefined ? before?.expiresAt : dateOf(wanted.unshared_at);
  const password = wanted.password === undefined ? before?.password : textOf(wanted.password);
  return {
    key: before?.key ?? linkKey(item, item.etag + 1),
    access,
    password: access === 'open' ? password : undefined,
    expiresAt: expires,
    canDownload: typeof download === 'boolean' ? download : (before?.canDownload ?? true),
    vanityName: wanted.vanity_name === undefined ? before?.vanityName : textOf(wanted.vanity_name),
    createdAt: before?.createdAt ?? now,
    downloads: before?.downloads ?? 0,
    previews: before?.previews ?? 0,
  };
}

function same(one: SharedLink, other: SharedLink): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
