import type { BoxWorld, Call, Caller } from '../call.ts';
import { above, type ContentItem, type ItemType } from '../enterprise/content-tree.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import type { Answer } from '../http/answer.ts';
import { clientError, forbidden, notFound, refusal } from '../http/error-body.ts';
import { liveCollaborations } from '../sharing/collaboration.ts';
import { itemBehind } from '../sharing/link-header.ts';
import { type Ability, allows, type Role, stronger } from '../sharing/role.ts';

/** An item as one user sees it. */
export interface Place {
  readonly world: BoxWorld;
  readonly viewer: UserRecord;
  readonly item: ContentItem;
  readonly owner: UserRecord;
  readonly role: Role;
  /** The highest item that the viewer sees on the way up; undefined: all of them. */
  readonly top: ContentItem | undefined;
}

const prefix: Readonly<Record<ItemType, string>> = { folder: 'd_', file: 'f_', web_link: 'w_' };

export function itemNotFound(type: ItemType, id: string): Answer {
  return notFound(type === 'folder' ? 'folder' : 'item', `${prefix[type]}${id}`);
}

/** The item, if it is there and the caller may see it; otherwise 404, which is what Box says to both. */
export function locate(world: BoxWorld, call: Call, caller: Caller, type: ItemType, id = call.params.id ?? ''): Place | Answer {
  const item = type === 'folder' && id === '0' ? world.enterprise.content(caller.user).root : world.enterprise.forest.find(type, id);
  const place = item && see(world, caller.user, item, itemBehind(world, call));
  if (place === undefined || outOfBounds(place.item, caller)) return itemNotFound(type, id);
  return isTrashed(place.item) ? refusal(404, 'trashed', 'Item is trashed') : place;
}

/** As `locate`, and the caller may do this to it; otherwise 403. */
export function locateFor(ability: Ability, world: BoxWorld, call: Call, caller: Caller, type: ItemType, id?: string): Place | Answer {
  const place = locate(world, call, caller, type, id);
  return 'status' in place ? place : (refuseUnless(ability, place) ?? place);
}

export function refuseUnless(ability: Ability, { role, viewer: { status } }: Place): Answer | undefined {
  const held = status === 'cannot_delete_edit_upload' ? ['edit', 'upload'] : status === 'cannot_delete_edit' ? ['edit'] : [];
  return allows(role, ability) && !held.includes(ability) ? undefined : forbidden;
}

/** @param linked what a shared link in the request opens. */
export function see(world: BoxWorld, viewer: UserRecord, item: ContentItem, linked?: ContentItem): Place | undefined {
  const owner = world.enterprise.ownerOf(item);
  if (owner.index === viewer.index) return { world, viewer, item, owner, role: 'owner', top: undefined };
  let role: Role | undefined;
  let top: ContentItem | undefined;
  const now = world.now();
  for (let at: ContentItem | undefined = item; at !== undefined; at = at.parent) {
    for (const { status, grantee, role: given } of liveCollaborations(at, now)) {
      const theirs = grantee?.type === 'group' ? world.groups.has(grantee.id, viewer.id) : grantee?.id === viewer.id;
      if (status !== 'accepted' || !theirs) continue;
      role = stronger(role, given);
      top = at;
    }
    if (at === linked) {
      role = stronger(role, 'viewer');
      top = at;
    }
  }
  return role === undefined ? undefined : { world, viewer, item, owner, role, top };
}

/** In the trash, or in a folder that is. */
export function isTrashed(item: ContentItem): boolean {
  if (item.more?.trashedAt !== undefined) return true;
  for (const folder of above(item)) if (folder.more?.trashedAt !== undefined) return true;
  return false;
}

/** A downscoped token may be tied to one item. */
function outOfBounds(item: ContentItem, { token: { restriction } }: Caller): boolean {
  if (restriction?.item === undefined || restriction.item === item) return false;
  for (const folder of above(item)) if (folder === restriction.item) return false;
  return true;
}

/** @returns 412 when the caller has seen an older state. Moves can't be guarded so: Box compares nothing then. */
export function refuseStale(call: Call, item: ContentItem, moves = false): Answer | undefined {
  const expected = call.headers['if-match'];
  return expected === undefined || moves || unquoted(expected) === String(item.etag) ? undefined : clientError(412);
}

/** Box takes etags with and without their quotes. */
export function unquoted(etag: string): string {
  return etag.replace(/^"(.*)"$/, '$1');
}
