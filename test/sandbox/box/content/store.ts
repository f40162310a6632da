import type { BoxWorld, Call } from '../call.ts';
import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import { happened } from '../events/happened.ts';
import type { Answer } from '../http/answer.ts';
import { refusal } from '../http/error-body.ts';
import type { Content } from './bytes.ts';
import { contentOf, versionId, versionNumber } from './file-version.ts';
import type { Place } from './place.ts';
import { addItem, grow, touch } from './shelf.ts';

export interface NewFile {
  readonly name: string;
  readonly content: Content;
  readonly contentCreatedAt?: number | undefined;
  readonly contentModifiedAt?: number | undefined;
}

/** @returns 403 when it is more than the owner of the folder has room for. */
export function refuseFull({ owner: { spaceAmount, spaceUsed } }: Place, bytes: number): Answer | undefined {
  const full = spaceAmount >= 0 && spaceUsed + bytes > spaceAmount;
  return full ? refusal(403, 'storage_limit_exceeded', 'Account storage limit reached') : undefined;
}

/** A file that was not there before. */
export function storeFile(world: BoxWorld, call: Pick<Call, 'requestId'>, { item: parent, viewer }: Place, file: NewFile): ContentItem {
  const { name, content, contentCreatedAt, contentModifiedAt } = file;
  const item = addItem(world, parent, {
    type: 'file',
    name,
    size: content.size,
    by: viewer.id,
    more: {
      content,
      ...(contentCreatedAt !== undefined && { contentCreatedAt }),
      ...(contentModifiedAt !== undefined && { contentModifiedAt }),
      ...ready(world),
    },
  });
  happened(world, call, { action: 'UPLOAD', by: viewer, item, details: versionDetails(item) });
  return item;
}

/** Another version of a file; the one that it had is kept. */
export function storeVersion(world: BoxWorld, call: Pick<Call, 'requestId'>, { item, viewer }: Place, file: Omit<NewFile, 'name'>): void {
  replaceContent(world, { item, viewer }, file.content);
  if (file.contentModifiedAt !== undefined) item.more = { ...item.more, contentModifiedAt: file.contentModifiedAt };
  happened(world, call, { action: 'EDIT', by: viewer, item, details: versionDetails(item) });
}

/** Box's documentation leaves these open; events that others have published hold them. */
function versionDetails(item: ContentItem): Readonly<Record<string, unknown>> {
  return { size: item.size, version_id: versionId(item), service_id: '1', service_name: 'Box API' };
}

/** The item's bytes become those; what it had becomes its newest earlier version. */
export function replaceContent(world: BoxWorld, { item, viewer }: Pick<Place, 'item' | 'viewer'>, content: Content): void {
  const former = contentOf(item);
  const { modifiedAt, name } = item;
  const version = { id: versionId(item), name, content: former, number: versionNumber(item), createdAt: modifiedAt };
  const by = item.more?.modifiedBy;
  const more = touch(world, item, viewer.id);
  more.versions = [{ ...version, modifiedBy: by }, ...(more.versions ?? [])];
  more.content = content;
  more.versionId = `9${itemId(item)}${String(item.etag).padStart(3, '0')}`;
  Object.assign(more, ready(world));
  grow(world, item, content.size - former.size, former.size);
}

function ready(world: BoxWorld): { readonly readyAt: number } | undefined {
  return world.contentDelay > 0 ? { readyAt: world.now() + world.contentDelay } : undefined;
}
