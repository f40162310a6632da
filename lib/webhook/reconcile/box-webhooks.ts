import type { WebhooksManager } from 'box-node-sdk/managers/webhooks';
import { BoxRequestFailed } from '../../box/box-error.ts';
import { pages } from '../../box/pages.ts';
import type { Present } from './plan.ts';
import type { Wanted } from './wanted.ts';

/** One owner's webhooks at Box. Every method throws what the SDK throws: `BoxRequestFailed` for an answer that is an error. */
export interface BoxWebhooks {
  /** Box lists ids and targets only. */
  list(): AsyncIterable<Pick<Present, 'id' | 'target'>>;
  /** `undefined` when it has gone meanwhile. */
  get(id: string): Promise<Present | undefined>;
  /** @returns its id. */
  create(wanted: Pick<Wanted, 'target' | 'address' | 'triggers'>): Promise<string>;
  update(id: string, change: Pick<Wanted, 'address' | 'triggers'>): Promise<void>;
  /** One that is gone already is as good as removed. */
  remove(id: string): Promise<void>;
}

/** Over the official SDK's manager. */
export function boxWebhooks(manager: WebhooksManager): BoxWebhooks {
  return {
    async *list() {
      for await (const { id, target } of pages.byMarker((marker) => manager.getWebhooks({ limit: 200, ...(marker && { marker }) }))) {
        if (id && target?.id && target.type) yield { id, target: { type: target.type, id: target.id } };
      }
    },
    async get(id) {
      const found = await manager.getWebhookById(id).catch(unlessGone);
      if (!found?.target?.id || !found.target.type) return undefined;
      return { id, target: { type: found.target.type, id: found.target.id }, address: found.address ?? '', triggers: found.triggers ?? [] };
    },
    async create({ target, address, triggers }) {
      const { id = '' } = await manager.createWebhook({ target, address, triggers });
      return id;
    },
    async update(id, { address, triggers }) {
      await manager.updateWebhookById(id, { requestBody: { address, triggers } as never });
    },
    async remove(id) {
      await manager.deleteWebhookById(id).catch(unlessGone);
    },
  };
}

function unlessGone(error: unknown): undefined {
  if (!(error instanceof BoxRequestFailed) || error.status !== 404) throw error;
}
