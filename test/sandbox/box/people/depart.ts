import type { BoxWorld } from '../call.ts';
import type { UserRecord } from '../enterprise/user-record.ts';

/** Out of the lists, the groups and the collaborations; tokens and webhooks end. */
export function depart(world: BoxWorld, user: UserRecord): void {
  for (const membership of world.groups.membershipsOf(user.id)) world.groups.leave(membership);
  world.collaborations.endFor(user);
  world.enterprise.remove(user);
  world.tokens.revokeOf(user.id);
}
