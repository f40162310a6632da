import { randomUUID } from 'node:crypto';
import { boxDate } from '../box-date.ts';
import type { BoxWorld } from '../call.ts';
import { itemStandard, renderItem } from '../content/item-fields.ts';
import { see } from '../content/place.ts';
import { type ContentItem, itemId } from '../enterprise/content-tree.ts';
import type { Person, UserRecord } from '../enterprise/user-record.ts';
import { miniUser } from '../people/user-fields.ts';
import { type DeliveryOptions, DeliveryQueue } from './delivery-queue.ts';
import { boxJson } from './signature.ts';
import type { Attempt, Webhook } from './webhook.ts';

const day = 86_400_000;
const quietFor = 30 * day;
const unheardFor = 14 * day;

/** What befell an item. */
export interface Notice {
  readonly trigger: string;
  readonly item: ContentItem;
  readonly by: Person;
  /** Instead of the item: a collaboration or a comment. */
  readonly source?: Readonly<Record<string, unknown>> | undefined;
}

/** The webhooks of the app. Messages wait in `queue` until somebody says that time has come: nothing here has a timer. */
export class Webhooks {
  readonly queue: DeliveryQueue;
  readonly #world: () => BoxWorld;
  readonly #byId = new Map<string, Webhook>();
  readonly #byTarget = new Map<string, Set<Webhook>>();
  #made = 0;

  constructor(world: () => BoxWorld, options: DeliveryOptions) {
    this.#world = world;
    this.queue = new DeliveryQueue(() => world().now(), options);
  }

  /** Also of those who can't see one another's. */
  get all(): readonly Webhook[] {
    return [...this.#byId.values()];
  }

  add(given: Pick<Webhook, 'target' | 'triggers' | 'address' | 'createdBy'>): Webhook {
    const now = this.#world().now();
    const id = String(7_000_000 + this.#made++);
    return this.#keep({ ...given, id, createdAt: now, lastSuccessAt: now, lastTriggerAt: now, toldNoSession: false });
  }

  change(webhook: Webhook, change: Partial<Pick<Webhook, 'target' | 'triggers' | 'address'>>): Webhook {
    this.#byTarget.get(keyOf(webhook.target))?.delete(webhook);
    return this.#keep(Object.assign(webhook, change));
  }

  /** Visible to its creator only, and gone when Box has cleaned it up. */
  find(id: string, userId: string): Webhook | undefined {
    this.cleanUp();
    const webhook = this.#byId.get(id);
    return webhook?.createdBy === userId ? webhook : undefined;
  }

  of(userId: string): readonly Webhook[] {
    this.cleanUp();
    return this.all.filter(({ createdBy }) => createdBy === userId);
  }

  remove(webhook: Webhook): void {
    this.#byId.delete(webhook.id);
    this.#byTarget.get(keyOf(webhook.target))?.delete(webhook);
    this.queue.drop(webhook);
  }

  /** Removes what Box would have removed by now, and sends once what is due. */
  deliverDue(concurrency?: number): Promise<readonly Attempt[]> {
    this.cleanUp();
    return this.queue.deliverDue(concurrency);
  }

  /** Box removes what nobody has answered for long, and tells its address. */
  cleanUp(): void {
    const now = this.#world().now();
    for (const webhook of this.all) {
      const { lastSuccessAt, lastTriggerAt } = webhook;
      if (now - lastSuccessAt > quietFor && lastTriggerAt - lastSuccessAt > unheardFor) this.#removeByItself(webhook);
    }
  }

  /** All tokens of a user have been revoked: his webhooks go with them. */
  sessionsEnded(userId: string): void {
    for (const webhook of this.all) if (webhook.createdBy === userId) this.#removeByItself(webhook);
  }

  /** Everyone hears who listens at the item, or at a folder above it. */
  notify({ trigger, item, by, source }: Notice): void {
    if (this.#byId.size === 0) return;
    for (let at: ContentItem | undefined = item; at !== undefined; at = at.parent) {
      const type = at.type === 'web_link' ? undefined : at.type;
      for (const webhook of (type && this.#byTarget.get(keyOf({ type, id: itemId(at) }))) ?? []) {
        if (webhook.triggers.includes(trigger)) this.#enqueue(webhook, trigger, item, by, source);
      }
    }
  }

  #enqueue(webhook: Webhook, trigger: string, item: ContentItem, by: Person, source: Notice['source']): void {
    const world = this.#world();
    webhook.lastTriggerAt = world.now();
    const creator = world.enterprise.user(webhook.createdBy);
    if (creator && creator.status !== 'inactive' && world.app.settings.authorized) {
      webhook.toldNoSession = false;
      this.#send(webhook, trigger, miniUser(by), source ?? this.#render(item, creator), []);
    } else if (!webhook.toldNoSession) {
      webhook.toldNoSession = true;
      this.#send(webhook, 'NO_ACTIVE_SESSION', miniUser(by), { type: item.type, id: itemId(item) }, []);
    }
  }

  #render(item: ContentItem, creator: UserRecord): Record<string, unknown> {
    const world = this.#world();
    const owner = world.enterprise.ownerOf(item);
    const place = see(world, creator, item) ?? ({ world, viewer: owner, item, owner, role: 'owner', top: undefined } as const);
    return renderItem(place, itemStandard[item.type]);
  }

  #removeByItself(webhook: Webhook): void {
    this.remove(webhook);
    const creator = this.#world().enterprise.anybody(webhook.createdBy);
    this.#send(webhook, 'WEBHOOK.DELETED', creator && miniUser(creator), webhook.target, { reason: 'auto_cleanup' });
  }

  #send(webhook: Webhook, trigger: string, createdBy: unknown, source: unknown, additionalInfo: unknown): void {
    const now = this.#world().now();
    const id = randomUUID();
    const body = {
      type: 'webhook_event',
      id,
      created_at: boxDate(now),
      trigger,
      webhook: { id: webhook.id, type: 'webhook' },
      created_by: createdBy,
      source,
      additional_info: additionalInfo,
    };
    this.queue.add({ id, trigger, webhook, body: boxJson(body), firstDueAt: now, dueAt: now, attempts: 0 });
  }

  #keep(webhook: Webhook): Webhook {
    this.#byId.set(webhook.id, webhook);
    const key = keyOf(webhook.target);
    this.#byTarget.set(key, (this.#byTarget.get(key) ?? new Set()).add(webhook));
    return webhook;
  }
}

function keyOf({ type, id }: Webhook['target']): string {
  return `${type}|${id}`;
}
