import type { BoxWorld, Call, Caller } from '../call.ts';
import { above, type ContentItem } from '../enterprise/content-tree.ts';
import { happened } from '../events/happened.ts';
import type { Answer } from '../http/answer.ts';
import { missingParameter, notFound, refusal } from '../http/error-body.ts';
import { fieldsAsked } from '../http/fields.ts';
import { idOf, textOf, withJson } from '../http/json-body.ts';
import type { Content } from './bytes.ts';
import { versionOf } from './download.ts';
import { contentOf } from './file-version.ts';
import { itemBase, itemStandard, renderItem } from './item-fields.ts';
import { refuseName, refuseTaken } from './item-name.ts';
import { locateFor, type Place } from './place.ts';
import { addItem } from './shelf.ts';
import { refuseFull } from './store.ts';

/** A file, or a folder with everything in it, once more in another folder. Links and collaborators stay behind. */
export function copyItem(world: BoxWorld, call: Call, caller: Caller, { item }: Place): Answer {
  return withJson(call, (body) => {
    const target = idOf(body.parent);
    if (target === undefined) return missingParameter('parent');
    const parent = locateFor('upload', world, call, caller, 'folder', target);
    if ('status' in parent) return parent;
    const name = textOf(body.name) ?? item.name;
    const version = textOf(body.version);
    const content = version === undefined ? undefined : versionOf(item, version);
    if (version !== undefined && content === undefined) return notFound('file_version', version);
    const refused = refuseName(name) ?? refuseInside(item, parent.item) ?? refuseTaken(parent.item, name) ?? refuseFull(parent, item.size);
    if (refused) return refused;
    const copy = duplicate(world, item, parent.item, name, caller.user.id, content);
    happened(world, call, { action: 'COPY', by: caller.user, item: copy });
    return { status: 201, body: renderItem({ ...parent, item: copy }, fieldsAsked(call.query, itemBase, itemStandard[item.type])) };
  });
}

/** A folder can't go into itself. */
export function refuseInside(item: ContentItem, parent: ContentItem): Answer | undefined {
  const circle = refusal(400, 'cyclical_folder_structure', 'Folder cannot be moved or copied into itself');
  if (item === parent) return circle;
  for (const folder of above(parent)) if (folder === item) return circle;
  return undefined;
}

function duplicate(world: BoxWorld, item: ContentItem, parent: ContentItem, name: string, by: string, content?: Content): ContentItem {
  const { type, more } = item;
  const bytes = type === 'file' ? (content ?? contentOf(item)) : undefined;
  const copy = addItem(world, parent, {
    type,
    name,
    size: bytes?.size ?? 0,
    by,
    more: { ...(bytes && { content: bytes }), ...(more?.description !== undefined && { description: more.description }) },
  });
  for (const child of [...item.children]) duplicate(world, child, copy, child.name, by);
  return copy;
}
