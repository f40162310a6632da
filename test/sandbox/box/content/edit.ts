import type { BoxWorld, Call, Caller } from '../call.ts';
import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import type { Action } from '../events/action.ts';
import { happened } from '../events/happened.ts';
import type { Answer } from '../http/answer.ts';
import { refusal } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import { idOf, type JsonObject, textOf, withJson } from '../http/json-body.ts';
import { changeLink, refuseLink } from '../sharing/change-link.ts';
import { refuseInside } from './copy.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { refuseName, refuseTaken } from './item-name.ts';
import { locateFor, type Place, refuseStale, refuseUnless, see } from './place.ts';
import { move, touch } from './shelf.ts';

const folderSettings = [
  'folder_upload_email',
  'can_non_owners_invite',
  'can_non_owners_view_collaborators',
  'is_collaboration_restricted_to_enterprise',
];

/** PUT of a file or folder: name, parent, description, tags, shared link; all of it or nothing. */
export function change(world: BoxWorld, call: Call, caller: Caller, place: Place): Answer {
  return withJson(call, (body) => {
    const { item } = place;
    const target = body.parent === undefined ? undefined : idOf(body.parent);
    const parent = target === undefined || isParent(item, target) ? undefined : locateFor('upload', world, call, caller, 'folder', target);
    if (parent && 'status' in parent) return parent;
    const refused = refuse(call, place, body, parent?.item);
    if (refused) return refused;
    const actions = apply(world, place, body, parent?.item);
    for (const action of actions) happened(world, call, { action, by: caller.user, item });
    const now = see(world, caller.user, item) ?? place;
    return { status: 200, body: renderItem(now, fieldsAsked(call.query, itemBase, itemStandard[item.type])) };
  });
}

function isParent({ parent }: ContentItem, id: string): boolean {
  return parent !== undefined && itemId(parent) === id && id !== '0';
}

function refuse(call: Call, place: Place, body: JsonObject, parent: ContentItem | undefined): Answer | undefined {
  const { item } = place;
  const onlyLink = Object.keys(body).every((key) => key === 'shared_link');
  const forbidden = refuseUnless(onlyLink ? 'share' : 'edit', place);
  const stale = refuseStale(call, item, parent !== undefined);
  if (forbidden || stale) return forbidden ?? stale;
  if (item.parent === undefined) return refusal(403, 'forbidden', 'The root folder stays as it is');
  const name = textOf(body.name);
  const wrongName = name === undefined || name === item.name ? undefined : refuseName(name);
  const circle = parent && refuseInside(item, parent);
  const taken = refuseTaken(parent ?? item.parent, name ?? item.name, item);
  return wrongName ?? circle ?? taken ?? refuseLink(place, body.shared_link);
}

/** @returns what was done, for the event streams. A request that changes nothing leaves the etag alone. */
function apply(world: BoxWorld, { item, viewer }: Place, body: JsonObject, parent: ContentItem | undefined): readonly Action[] {
  const actions: Action[] = [];
  world.enterprise.forest.keep(item);
  const name = textOf(body.name) ?? item.name;
  if (parent && parent !== item.parent) actions.push('MOVE');
  if (name !== item.name) actions.push('RENAME');
  if (actions.length > 0) move(world, item, parent ?? item.parent ?? item, name);
  const link = changeLink(world, item, body.shared_link);
  if (link) actions.push(link);
  const kept = keptFields(item, body);
  if (kept !== undefined) actions.push('ITEM_MODIFY');
  if (actions.length > 0) Object.assign(touch(world, item, viewer.id), kept);
  return actions;
}

/** What is only stored, when the request changes any of it. */
function keptFields({ more }: ContentItem, body: JsonObject): Record<string, unknown> | undefined {
  const settings = Object.fromEntries(folderSettings.filter((name) => name in body).map((name) => [name, body[name]]));
  const kept = {
    ...(typeof body.description === 'string' && body.description !== (more?.description ?? '') && { description: body.description }),
    ...(Array.isArray(body.tags) && { tags: body.tags.map(String) }),
    ...(Object.keys(settings).length > 0 && { settings: { ...more?.settings, ...settings } }),
  };
  return Object.keys(kept).length > 0 ? kept : undefined;
}
