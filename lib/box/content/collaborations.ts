import type { Collaboration } from 'box-node-sdk/schemas/collaboration';
import type { Content, ItemCollaboration } from '../../declare/content.ts';
import { pages } from '../pages.ts';

const fields = ['type', 'id', 'role', 'status', 'accessible_by', 'invite_email', 'created_at', 'acknowledged_at', 'expires_at', 'item'];

export function collaborationsWithin(signal: AbortSignal): Pick<Content, 'collaborations' | 'invitations'> {
  return {
    async *collaborations({ listCollaborations }, { type, id }) {
      const list = type === 'file' ? listCollaborations.getFileCollaborations : listCollaborations.getFolderCollaborations;
      const all = pages.byMarker((marker) => {
        signal.throwIfAborted();
        return list.call(listCollaborations, id, { queryParams: { limit: 1_000, fields, ...(marker && { marker }) } });
      });
      // "All the users that have access": those who have it by a folder above carry that folder as their item.
      for await (const each of all) if (!each.item || each.item.id === id) yield readCollaboration(each);
    },

    async *invitations({ listCollaborations }) {
      const all = pages.byOffset((offset) => {
        signal.throwIfAborted();
        return listCollaborations.getCollaborations({ status: 'pending', limit: 1_000, offset, fields });
      });
      for await (const each of all) yield readCollaboration(each);
    },
  };
}

function readCollaboration(given: Collaboration): ItemCollaboration {
  const { id, role = 'unknown', status = 'unknown', accessibleBy, inviteEmail, createdAt, acknowledgedAt, expiresAt } = given;
  return {
    id,
    role,
    status,
    grantee: accessibleBy
      ? {
          type: accessibleBy.type,
          id: accessibleBy.id,
          name: accessibleBy.name ?? null,
          login: ('login' in accessibleBy && accessibleBy.login) || null,
        }
      : null,
    inviteEmail: inviteEmail || null,
    createdAt: createdAt?.value.toISOString() ?? null,
    answeredAt: acknowledgedAt?.value.toISOString() ?? null,
    expiresAt: expiresAt?.value.toISOString() ?? null,
  };
}
