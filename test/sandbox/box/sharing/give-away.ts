import type { BoxWorld, Call, Caller } from '../call.ts';
import { refuseTaken } from '../content/item-name.ts';
import { move, touch } from '../content/shelf.ts';
import { happened } from '../events/happened.ts';
import { type Answer, noContent } from '../http/answer.ts';
import { forbidden } from '../http/error-body.ts';
import type { Collaboration } from './collaboration.ts';

/** `role: owner`: the item goes to the collaborator, and its owner stays on it as co-owner. Answered without a body. */
export function giveAway(world: BoxWorld, call: Call, { user }: Caller, collaboration: Collaboration): Answer {
  const { item, grantee } = collaboration;
  const owner = world.enterprise.ownerOf(item);
  const receiver = grantee && world.enterprise.user(grantee.id);
  if (owner.id !== user.id || receiver === undefined) return forbidden;
  const { root } = world.enterprise.content(receiver);
  const taken = refuseTaken(root, item.name);
  if (taken) return taken;
  const now = world.now();
  world.collaborations.remove(collaboration);
  move(world, item, root);
  touch(world, item, user.id);
  const { id: _, ...kept } = collaboration;
  world.collaborations.add({ ...kept, grantee: { type: 'user', id: owner.id }, role: 'co-owner', createdAt: now, modifiedAt: now });
  happened(world, call, { action: 'COLLABORATION_ROLE_CHANGE', by: user, item, id: collaboration.id });
  return noContent;
}
