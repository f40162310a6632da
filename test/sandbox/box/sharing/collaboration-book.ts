import type { ContentItem } from '../enterprise/content-tree.ts';
import type { Enterprise } from '../enterprise/enterprise.ts';
import type { UserRecord } from '../enterprise/user-record.ts';
import type { Groups } from '../people/group.ts';
import { type Collaboration, liveCollaborations } from './collaboration.ts';
import { firstLaterCollaborationId, givenFolder, givers, seededPosition } from './seed-sharing.ts';

/** Every collaboration by id, and by whom it was given to. Those of the seed are looked up in the trees that they grow with. */
export class CollaborationBook {
  /** Items by the chosen addresses of their links. */
  readonly vanity = new Map<string, ContentItem>();
  readonly #enterprise: Enterprise;
  readonly #groups: () => Groups;
  readonly #later = new Map<string, Collaboration>();
  readonly #byGrantee = new Map<string, Set<Collaboration>>();
  #made = 0;

  constructor(enterprise: Enterprise, groups: () => Groups) {
    this.#enterprise = enterprise;
    this.#groups = groups;
  }

  find(id: string): Collaboration | undefined {
    const later = this.#later.get(id);
    if (later !== undefined) return later;
    const position = seededPosition(id);
    const seeded = position && this.#enterprise.forest.tree(position.home)?.seededCollaborations[position.slot];
    return seeded !== undefined && this.#stands(seeded) ? seeded : undefined;
  }

  add(given: Omit<Collaboration, 'id'>): Collaboration {
    const { item, grantee } = given;
    this.#enterprise.forest.keep(item);
    const collaboration = { ...given, id: String(firstLaterCollaborationId + this.#made++) };
    item.more = { ...item.more, collaborations: [...(item.more?.collaborations ?? []), collaboration] };
    this.#later.set(collaboration.id, collaboration);
    if (grantee) this.#of(grantee.id).add(collaboration);
    return collaboration;
  }

  remove(collaboration: Collaboration): void {
    const { item, id, grantee } = collaboration;
    this.#enterprise.forest.keep(item);
    item.more = { ...item.more, collaborations: (item.more?.collaborations ?? []).filter((other) => other !== collaboration) };
    this.#later.delete(id);
    if (grantee) this.#of(grantee.id).delete(collaboration);
  }

  /** All of an item that is no more. */
  drop(item: ContentItem): void {
    for (const collaboration of item.more?.collaborations ?? []) this.remove(collaboration);
  }

  /** As when somebody leaves: whatever was given to him by name ends. */
  endFor(user: UserRecord): void {
    for (const item of this.given(user)) {
      for (const collaboration of item.more?.collaborations ?? []) {
        if (collaboration.grantee?.id === user.id) this.remove(collaboration);
      }
    }
    for (const collaboration of [...this.#of(user.id)]) this.remove(collaboration);
  }

  /** The items that others have given to a user, and that stand in his root folder for it. */
  given(user: UserRecord): readonly ContentItem[] {
    const { forest, plan } = this.#enterprise;
    const ids = [user.id, ...this.#groups().of(user.id)];
    const later = ids.flatMap((id) => [...(this.#byGrantee.get(id) ?? [])]).map(({ item }) => item);
    const seeded = givers(plan, user.index).flatMap((giver) => {
      const tree = forest.tree(giver);
      return (tree && givenFolder(tree)) ?? [];
    });
    return [...new Set([...seeded, ...later])];
  }

  /** Made by requests, of a group. */
  ofGroup(groupId: string): readonly Collaboration[] {
    return [...(this.#byGrantee.get(groupId) ?? [])];
  }

  /** Invitations made by requests that nobody has answered. */
  pendingOf(userId: string): readonly Collaboration[] {
    return [...(this.#byGrantee.get(userId) ?? [])].filter(({ status }) => status === 'pending');
  }

  #stands(collaboration: Collaboration): boolean {
    return collaboration.item.more?.collaborations?.includes(collaboration) ?? false;
  }

  #of(granteeId: string): Set<Collaboration> {
    const known = this.#byGrantee.get(granteeId) ?? new Set();
    this.#byGrantee.set(granteeId, known);
    return known;
  }
}

/** Whether anybody but the owner has been given the item itself. */
export function isShared(item: ContentItem, now: number): boolean {
  return liveCollaborations(item, now).length > 0;
}
