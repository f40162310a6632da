import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import { type Content, drawnContent, madeUpDigest } from './bytes.ts';

/** An earlier version of a file. Dates in milliseconds, people by user id. */
export interface FileVersion {
  readonly id: string;
  readonly name: string;
  readonly content: Content;
  readonly number: number;
  readonly createdAt: number;
  readonly modifiedBy: string | undefined;
}

export function contentOf(item: ContentItem): Content {
  return item.more?.content ?? drawnContent(Number(itemId(item)), item.size);
}

export function sha1Of(item: ContentItem): string {
  return item.more?.content?.sha1 ?? madeUpDigest(Number(itemId(item)));
}

export function versionId(item: ContentItem): string {
  return item.more?.versionId ?? `9${itemId(item)}`;
}

/** 1 for a file that was uploaded once. */
export function versionNumber(item: ContentItem): number {
  return 1 + (item.more?.versions?.[0]?.number ?? 0);
}
