import type { BoxWorld, Call } from '../call.ts';
import { miniFolder } from '../content/item-fields.ts';
import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import type { Person, UserRecord } from '../enterprise/user-record.ts';
import { miniUser } from '../people/user-fields.ts';
import { type Action, actionNames } from './action.ts';

export interface Happening {
  readonly action: Action;
  readonly by: Person;
  /** What it was done to; of a collaboration, link or comment: the item that it belongs to. */
  readonly item?: ContentItem;
  /** Instead of an item. */
  readonly user?: UserRecord;
  readonly group?: { readonly id: string; readonly name: string };
  /** What the effect counts for, when it is not the item: a collaboration, for one. */
  readonly id?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  /** What webhooks are shown instead of the item: a collaboration or a comment. */
  readonly source?: Readonly<Record<string, unknown>>;
}

/** A change has been made: the journal, the event streams and the webhooks learn of it. */
export function happened(world: BoxWorld, call: Pick<Call, 'requestId'>, happening: Happening): void {
  const { action, by, item, user, group, id, details } = happening;
  const at = world.now();
  const subjectId = id ?? (item && itemId(item)) ?? user?.id ?? group?.id ?? '';
  world.journal.addEffect({ at, subject: by.id, action, itemId: subjectId, requestId: call.requestId });
  const source = item ? itemSource(world, item) : user ? miniUser(user) : group ? { type: 'group', ...group } : undefined;
  const { enterprise, user: own, webhook: trigger } = actionNames[action];
  if ((enterprise ?? own) !== undefined && source !== undefined) {
    const owner = item && world.enterprise.ownerOf(item).id;
    world.events.add({ action, by: by.id, source, ...(owner && { owner }), ...(details && { details }) });
  }
  if (item === undefined || trigger === undefined || item.type === 'web_link') return;
  world.webhooks.notify({
    trigger: trigger.startsWith('.') ? `${item.type.toUpperCase()}${trigger}` : trigger,
    item,
    by,
    source: happening.source,
  });
}

/** Box's `EventSource`: as things were when it happened. Web links have none. */
function itemSource(world: BoxWorld, item: ContentItem): Record<string, unknown> | undefined {
  if (item.type === 'web_link') return undefined;
  return {
    item_type: item.type,
    item_id: itemId(item),
    item_name: item.name,
    parent: item.parent ? miniFolder(item.parent) : null,
    owned_by: miniUser(world.enterprise.ownerOf(item)),
  };
}
