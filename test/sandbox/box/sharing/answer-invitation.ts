import type { BoxWorld, Call } from '../call.ts';
import type { Person } from '../enterprise/user-record.ts';
import { happened } from '../events/happened.ts';
import type { Collaboration } from './collaboration.ts';
import { externalById, externalByLogin } from './external-user.ts';
import { renderCollaboration } from './render-collaboration.ts';

export type InvitationAnswer = 'accepted' | 'rejected';

/** By whom it can be answered: a colleague, or an outsider with an account. Undefined for an address that has none. */
export function invitee({ enterprise }: BoxWorld, { grantee, inviteEmail }: Collaboration): Person | undefined {
  const { seed } = enterprise.plan;
  if (grantee === undefined) return inviteEmail === undefined ? undefined : externalByLogin(seed, inviteEmail);
  return enterprise.user(grantee.id) ?? externalById(seed, grantee.id);
}

/** Of somebody who was invited, and is one or is not from now on. The item's owner is shown what was answered: who rejects sees no item. */
export function answerInvitation(
  world: BoxWorld,
  call: Pick<Call, 'requestId'>,
  collaboration: Collaboration,
  answer: InvitationAnswer,
  by: Person,
): void {
  const { item, id } = collaboration;
  const now = world.now();
  world.enterprise.forest.keep(item);
  const grantee = { type: 'user', id: by.id } as const;
  Object.assign(collaboration, { status: answer, grantee, inviteEmail: undefined, modifiedAt: now, acknowledgedAt: now });
  happened(world, call, {
    action: answer === 'accepted' ? 'COLLABORATION_ACCEPT' : 'COLLABORATION_REJECT',
    by,
    item,
    id,
    source: renderCollaboration(world, collaboration, world.enterprise.ownerOf(item), new URLSearchParams()),
    details: { collab_id: id },
  });
}
