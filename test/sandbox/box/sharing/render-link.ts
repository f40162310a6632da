import { boxDate } from '../box-date.ts';
import type { ContentItem } from '../content-tree.ts';
import type { Role } from './role.ts';
import { downloadUrl, linkUrl, liveLink, vanityUrl } from './shared-link.ts';

/** Box's `shared_link`, or null. Uploaders see that an item is there and nothing of who else gets it. */
export function renderLink(item: ContentItem, role: Role, now: number): Record<string, unknown> | null {
  const link = role === 'uploader' ? undefined : liveLink(item, now);
  if (link === undefined) return null;
  const canDownload = link.canDownload && link.access !== 'collaborators';
  return {
    url: linkUrl(link),
    download_url: item.type === 'file' && canDownload ? downloadUrl(link, item.name) : null,
    vanity_url: vanityUrl(link),
    vanity_name: link.vanityName ?? null,
    effective_access: link.access,
    effective_permission: canDownload ? 'can_download' : 'can_preview',
    is_password_enabled: link.password !== undefined,
    unshared_at: link.expiresAt === undefined ? null : boxDate(link.expiresAt),
    download_count: link.downloads,
    preview_count: link.previews,
    access: link.access,
    permissions: { can_preview: true, can_download: canDownload, can_edit: false },
  };
}
