import type { ContentItem } from '../enterprise/content-tree.ts';

/** What a downscoped token may be given beside the scopes of the app. Names as in Box's guide to downscoping. */
export const downscopedScopes = [
  'base_explorer',
  'base_picker',
  'base_preview',
  'base_sidebar',
  'base_upload',
  'item_delete',
  'item_download',
  'item_preview',
  'item_readwrite',
  'item_rename',
  'item_share',
  'item_upload',
] as const;

export type DownscopedScope = (typeof downscopedScopes)[number];

/** What a token exchange left of a token. */
export interface Restriction {
  readonly scopes: readonly string[];
  /** Nothing outside of this item is seen. */
  readonly item: ContentItem | undefined;
}

/** What lets a downscoped token look at items. */
export const looking: readonly DownscopedScope[] = [
  'base_explorer',
  'base_picker',
  'base_preview',
  'base_sidebar',
  'base_upload',
  'item_preview',
  'item_readwrite',
];
