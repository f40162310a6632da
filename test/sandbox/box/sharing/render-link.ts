import { boxDate } from '../box-date.ts';
import type { BoxWorld } from '../call.ts';
import type { ContentItem } from '../enterprise/content-tree.ts';
import type { Role } from './role.ts';
import { downloadUrl, effectiveAccess, linkUrl, liveLink, vanityUrl } from './shared-link.ts';

/** Box's `shared_link`, or null. Uploaders see that an item is there and nothing of who else gets it. */
export function renderLink(item: ContentItem, role: Role, { now, enterprise }: BoxWorld): Record<string, unknown> | null {
  const link = role === 'uploader' ? undefined : liveLink(item, now());
  if (link === undefined) return null;
  const effective = effectiveAccess(link, enterprise.widestLink);
  const canDownload = link.canDownload && effective !== 'collaborators';
  return {
    url: linkUrl(link),
    download_url: item.type === 'file' && canDownload ? downloadUrl(link, item.name) : null,
    vanity_url: vanityUrl(link),
    vanity_name: link.vanityName ?? null,
    effective_access: effective,
    effective_permission: canDownload ? 'can_download' : 'can_preview',
    is_password_enabled: link.password !== undefined,
    unshared_at: link.expiresAt === undefined ? null : boxDate(link.expiresAt),
    download_count: link.downloads,
    preview_count: link.previews,
    access: link.access,
    permissions: { can_preview: true, can_download: canDownload, can_edit: false },
  };
}
