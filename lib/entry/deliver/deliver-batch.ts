import { unpack } from '../../webhook/envelope.ts';
import { parseWebhookEvent } from '../../webhook/event.ts';
import { type DeliveryParts, deliverOne } from './deliver-one.ts';
import type { DeliveredRecord } from './event-queue.ts';
import { receiptsOf } from './send-back.ts';

/**
 * All messages of a batch at once, each with a session and an end of its own. Where one of them may have killed the function before, that
 * one alone: it would take the others along once more, and they would be given up with it. Never throws.
 * @returns those that stay in the queue
 */
export async function deliverBatch(records: readonly DeliveredRecord[], parts: DeliveryParts): Promise<readonly DeliveredRecord[]> {
  const suspect = records.length > 1 ? await suspectAmong(records, parts) : undefined;
  const handled = suspect ? [suspect] : records;
  const others = records.filter((record) => !handled.includes(record));
  // Beforehand, or a death would hide them for as long as it hides the suspect; those that can't be told are.
  await Promise.allSettled(others.map((record) => parts.queue.hide(record, 0)));
  if (suspect) parts.log.warn('An event is handled alone: the function died of it, or of one beside it.', { sentBack: others.length });
  const outcomes = await Promise.all(handled.map((record) => deliverOne(record, parts)));
  return [...others, ...handled.filter((_, index) => outcomes[index] === 'again')];
}

/** The one that has waited for its turn most often. */
async function suspectAmong(records: readonly DeliveredRecord[], parts: DeliveryParts): Promise<DeliveredRecord | undefined> {
  const repeated = records.filter((record) => receiptsOf(record) > 1).sort((left, right) => receiptsOf(right) - receiptsOf(left));
  const died = await Promise.all(repeated.map((record) => hasDied(record, parts)));
  return repeated.find((_, index) => died[index]);
}

/** What is no event, or can't be looked up, is nothing to fear: no handler gets it. */
async function hasDied(record: DeliveredRecord, { name, dedupe }: DeliveryParts): Promise<boolean> {
  try {
    return await dedupe.hasDied({ webhook: name, eventId: parseWebhookEvent(unpack(record).body).id });
  } catch {
    return false;
  }
}
