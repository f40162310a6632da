import { ToBeContinued } from '../../declare/archive.ts';
import type { Mode, Webhook } from '../../declare/webhook.ts';
import { untilAborted } from '../../http/wait.ts';
import type { PipelineLog } from '../../observe/log.ts';
import type { SessionFactory } from '../../session/session.ts';
import type { Begun, Dedupe } from '../../webhook/dedupe.ts';
import { type Envelope, unpack } from '../../webhook/envelope.ts';
import { parseWebhookEvent, type ReceivedEvent } from '../../webhook/event.ts';
import { markerOf } from '../../webhook/marker.ts';
import { deadlineIn } from './deadline.ts';
import type { DeliveredRecord, EventQueue } from './event-queue.ts';
import { answerNotice } from './notice.ts';
import { died, giveUp, goOn, isLostCause, type Outcome, receiptsOf, sendBack, setAside } from './send-back.ts';

export interface DeliveryParts {
  readonly name: string;
  readonly webhook: Pick<Webhook, 'triggers' | 'handle' | 'timeoutMinutes'>;
  readonly mode: Mode | undefined;
  readonly log: PipelineLog;
  readonly sessions: SessionFactory;
  readonly dedupe: Dedupe;
  readonly queue: EventQueue;
}

type AnyWebhookContext = Parameters<Webhook['handle']>[0];

/** Between a handler's time limit and the end of its lease: to write down how it ended. */
const leaseMarginMs = 30_000;

/** One message's life in the handler: parsed, begun once, handled, and settled or sent back. Never throws. */
export async function deliverOne(record: DeliveredRecord, parts: DeliveryParts): Promise<Outcome> {
  try {
    const envelope = unpack(record);
    const event = parseWebhookEvent(envelope.body);
    const log = parts.log.with({ event: event.id, trigger: event.trigger, delivery: envelope.deliveryId });
    return await route(record, envelope, event, { ...parts, log });
  } catch (error) {
    return await setAside(record, error, parts);
  }
}

async function route(record: DeliveredRecord, envelope: Envelope, event: ReceivedEvent, parts: DeliveryParts): Promise<Outcome> {
  const { name, webhook, log, dedupe, queue } = parts;
  if (answerNotice(event, log)) return 'settled';
  if (!webhook.triggers.includes(event.trigger)) {
    log.metric('WebhookIgnored', 1);
    return 'settled';
  }
  const leaseMs = limitMs(webhook) + leaseMarginMs;
  const beginning = await dedupe.begin({ webhook: name, eventId: event.id, leaseMs, isFirstReceipt: receiptsOf(record) === 1 });
  if (beginning.outcome === 'begun') return handle(record, envelope, event, beginning, parts);
  log.metric('WebhookDuplicate', 1);
  if (beginning.outcome === 'done') return 'settled';
  // Another copy is being handled; should that fail, this one is still there.
  await queue.hide(record, beginning.until - Date.now() + 1000);
  return 'again';
}

async function handle(
  record: DeliveredRecord,
  envelope: Envelope,
  event: ReceivedEvent,
  begun: Begun,
  parts: DeliveryParts,
): Promise<Outcome> {
  const { log } = parts;
  const startedAt = Date.now();
  if (isLostCause(begun, startedAt)) return giveUp(record, died(), begun, parts);
  try {
    const counts = await callHandler(envelope, event, begun, parts);
    await begun.end('done');
    log.info('Event handled.', { durationMs: Date.now() - startedAt, attempt: begun.attempt, ...counts });
    log.metric('EventHandled', 1);
    return 'settled';
  } catch (error) {
    if (error instanceof ToBeContinued) return goOn(record, error, begun, parts);
    log.failure('Event not handled.', error);
    log.metric('EventFailed', 1);
    return sendBack(record, error, begun, parts);
  }
}

async function callHandler(
  envelope: Envelope,
  event: ReceivedEvent,
  { attempt }: Begun,
  { name, webhook, mode, log, sessions }: DeliveryParts,
) {
  using deadline = deadlineIn(limitMs(webhook));
  const { signal, remainingMs } = deadline;
  const run = { id: event.id, job: name, scheduledTime: new Date(event.created_at), attempt };
  const session = sessions.open({ run, log, signal, remainingMs });
  const delivery = { id: envelope.deliveryId, attempt, sentAt: new Date(envelope.sentAt), marker: markerOf(event) };
  try {
    const context = { ...session.context, event, delivery, ...(mode && { mode }) };
    return await untilAborted(webhook.handle(context as unknown as AnyWebhookContext), signal);
  } finally {
    await session.close();
  }
}

function limitMs({ timeoutMinutes }: Pick<Webhook, 'timeoutMinutes'>): number {
  return timeoutMinutes * 60_000;
}
