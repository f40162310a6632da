import type { ItemType } from '../enterprise/content-tree.ts';
import { type Ability, allows, type Role } from './role.ts';

/** What somebody with this role may do to an item, in Box's words. */
export function renderPermissions(type: ItemType, role: Role): Record<string, boolean> {
  const may = (ability: Ability) => allows(role, ability);
  return {
    can_delete: may('edit'),
    can_download: may('download'),
    can_invite_collaborator: may('invite'),
    can_rename: may('edit'),
    can_set_share_access: may('share') && may('edit'),
    can_share: may('share'),
    can_upload: may('upload'),
    ...(type === 'file' && {
      can_annotate: may('comment'),
      can_comment: may('comment'),
      can_preview: may('preview'),
      can_view_annotations_all: may('preview'),
      can_view_annotations_self: may('preview'),
    }),
  };
}
