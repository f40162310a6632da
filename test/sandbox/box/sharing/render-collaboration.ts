import { boxDate } from '../box-date.ts';
import type { BoxWorld } from '../call.ts';
import { itemMini, renderItem } from '../content/item-fields.ts';
import { see } from '../content/place.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import { type FieldTable, fieldsAsked, render } from '../http/fields.ts';
import { miniGroup } from '../people/group.ts';
import type { Collaboration } from './collaboration.ts';
import { externalById } from './external-user.ts';

interface CollaborationView {
  readonly world: BoxWorld;
  readonly collaboration: Collaboration;
  readonly viewer: UserRecord;
}

const fields: FieldTable<CollaborationView> = {
  type: () => 'collaboration',
  id: ({ collaboration }) => collaboration.id,
  created_by: ({ world, collaboration }) => renderPerson(world, collaboration.createdBy),
  created_at: ({ collaboration }) => boxDate(collaboration.createdAt),
  modified_at: ({ collaboration }) => boxDate(collaboration.modifiedAt),
  expires_at: ({ collaboration: { expiresAt } }) => (expiresAt === undefined ? null : boxDate(expiresAt)),
  status: ({ collaboration }) => collaboration.status,
  accessible_by: renderGrantee,
  invite_email: ({ collaboration }) => collaboration.inviteEmail ?? null,
  role: ({ collaboration }) => collaboration.role,
  acknowledged_at: ({ collaboration: { status, createdAt, acknowledgedAt } }) =>
    status === 'pending' ? undefined : boxDate(acknowledgedAt ?? createdAt),
  item: renderTarget,
  is_access_only: ({ collaboration }) => collaboration.accessOnly,
  can_view_path: ({ collaboration }) => collaboration.canViewPath,
};

const standard = Object.keys(fields).filter((name) => name !== 'can_view_path');

export function renderCollaboration(world: BoxWorld, collaboration: Collaboration, viewer: UserRecord, query: URLSearchParams) {
  return render({ world, collaboration, viewer }, fields, fieldsAsked(query, ['type', 'id'], standard));
}

function renderGrantee({ world, collaboration: { grantee } }: CollaborationView): unknown {
  if (grantee?.type === 'group') {
    const group = world.groups.find(grantee.id);
    return group ? miniGroup(group) : null;
  }
  return grantee ? renderPerson(world, grantee.id) : null;
}

/** A colleague or an outsider. */
function renderPerson({ enterprise }: BoxWorld, id: string): unknown {
  const colleague = enterprise.anybody(id);
  const person = colleague ?? externalById(enterprise.plan.seed, id);
  const active = colleague === undefined || colleague.status === 'active';
  return person ? { type: 'user', id: person.id, name: person.name, login: person.login, is_active: active } : null;
}

/** Hidden from one who has not accepted yet. */
function renderTarget({ world, collaboration: { item }, viewer }: CollaborationView): unknown {
  const place = see(world, viewer, item);
  return place ? renderItem(place, itemMini[item.type]) : null;
}
