import { createLog } from '../../observe/log.ts';
import { type DeliveryParts, deliverOne } from './deliver-one.ts';

const body = JSON.stringify({
  type: 'webhook_event',
  id: 'rehearsal',
  trigger: 'REHEARSAL',
  created_at: '2000-01-01T00:00:00Z',
  webhook: { id: '0' },
  source: { type: 'file', id: '0' },
});

const record = {
  messageId: 'rehearsal',
  receiptHandle: '',
  body: Buffer.from(body).toString('base64'),
  attributes: {},
};

/** A message once through everything but the handler, the table and the queue: what it needs is compiled before the processor is throttled. */
export async function rehearse(parts: DeliveryParts): Promise<void> {
  const log = createLog({ stage: '', job: parts.name, write: () => {} });
  const begun = { outcome: 'begun', attempt: 1, firstAt: 0, isAfterDeath: false, end: async () => {} } as const;
  const nothing = async () => undefined;
  const webhook = { triggers: ['REHEARSAL'], timeoutMinutes: 1, handle: nothing };
  const dedupe = { begin: async () => begun, hasDied: async () => false, warm: async () => {} };
  await deliverOne(record, { ...parts, log, webhook, dedupe, queue: { hide: nothing, giveUp: nothing } });
}
