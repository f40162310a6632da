import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import type { Answer } from '../http/answer.ts';
import { refusal } from '../http/error-body.ts';
import { sha1Of, versionId } from './file-version.ts';
import { holderOf } from './shelf.ts';

/** @returns Box's refusal of the name as such: it may not be empty, a dot or two, have slashes, end in a space or have more than 255 characters. */
export function refuseName(name: string): Answer | undefined {
  const bad = name === '' || name === '.' || name === '..' || /[/\\]|\s$|^\s/.test(name) || hasControl(name);
  if (bad) return refusal(400, 'item_name_invalid', 'Item name invalid');
  return name.length > 255 ? refusal(400, 'item_name_too_long', 'Item name too long') : undefined;
}

function hasControl(name: string): boolean {
  return [...name].some((character) => (character.codePointAt(0) ?? 0) < 32);
}

/** @returns 409 when the folder has an item of that name, which stands in `conflicts`: one file, or a list of folders. */
export function refuseTaken(parent: ContentItem, name: string, except?: ContentItem): Answer | undefined {
  const holder = holderOf(parent, name, except);
  if (holder === undefined) return undefined;
  const conflict = renderConflict(holder);
  const conflicts = holder.type === 'file' ? conflict : [conflict];
  return refusal(409, 'item_name_in_use', 'Item with the same name already exists', { conflicts });
}

function renderConflict(item: ContentItem): Record<string, unknown> {
  const { type, name, etag } = item;
  const version = { etag: String(etag), sequence_id: String(etag) };
  if (type !== 'file') return { type, id: itemId(item), ...version, name };
  const digest = sha1Of(item);
  const fileVersion = { type: 'file_version', id: versionId(item), sha1: digest };
  return { type, id: itemId(item), file_version: fileVersion, ...version, sha1: digest, name };
}
