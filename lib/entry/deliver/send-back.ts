import type { ToBeContinued } from '../../declare/archive.ts';
import { codeOf, NightporterError } from '../../errors.ts';
import type { PipelineLog } from '../../observe/log.ts';
import type { Begun } from '../../webhook/dedupe.ts';
import { isGivenUp, waitAfter } from '../../webhook/retry-policy.ts';
import type { DeliveredRecord, EventQueue } from './event-queue.ts';

export interface SendBackParts {
  readonly log: PipelineLog;
  readonly queue: EventQueue;
}

/** Whether the message may be deleted from the queue. */
export type Outcome = 'settled' | 'again';

/** Waits of a healthy event are minutes; this one means that its handler fails and fails. */
const overdueMs = 30 * 60_000;

/** Back into the queue, for the next invocation to take at once; however often, since each time some of the work is done. */
export async function goOn(
  record: DeliveredRecord,
  { code }: ToBeContinued,
  begun: Begun,
  { log, queue }: SendBackParts,
): Promise<Outcome> {
  await begun.end('continued', code);
  await queue.hide(record, 0);
  log.info('Event goes on in another invocation.', { attempt: begun.attempt });
  return 'again';
}

/** Hidden for as long as Box asked, or for ever longer; after hours it is a person's. */
export async function sendBack(record: DeliveredRecord, error: unknown, begun: Begun, parts: SendBackParts): Promise<Outcome> {
  const { log, queue } = parts;
  const { attempt, firstAt } = begun;
  const now = Date.now();
  if (now - firstAt >= overdueMs) log.metric('EventOverdue', 1);
  if (isGivenUp(begun, now)) return giveUp(record, error, begun, parts);
  // An attempt that was overtaken can't be recorded, and must not shorten what the other one has set.
  await begun.end('failed', codeOf(error));
  await queue.hide(record, waitAfter(attempt, error));
  log.info('Event comes again.', { attempt, sinceMs: now - firstAt });
  return 'again';
}

/** Written down first: who was overtaken must not put a letter there. A death in between costs four more hours, and no event. */
export async function giveUp(record: DeliveredRecord, error: unknown, begun: Begun, { log, queue }: SendBackParts): Promise<Outcome> {
  const code = codeOf(error);
  await begun.end('givenUp', code);
  await queue.giveUp(record, code, begun.attempt);
  log.error('Event given up: it lies in the dead-letter queue.', { attempt: begun.attempt, error: code });
  return 'settled';
}

/** What is no event goes to the dead-letter queue at once; where the trouble is ours or AWS's, the message waits. */
export async function setAside(record: DeliveredRecord, error: unknown, { log, queue }: SendBackParts): Promise<Outcome> {
  const receipts = receiptsOf(record);
  log.failure('Message set aside.', error);
  log.metric('EventFailed', 1);
  try {
    if (codeOf(error) === 'EVENT_INVALID') {
      await queue.giveUp(record, 'EVENT_INVALID', receipts);
      return 'settled';
    }
    await queue.hide(record, waitAfter(receipts, error));
  } catch (failure) {
    // It comes again when the queue's own visibility timeout is over.
    log.failure('The queue could not be told.', failure);
  }
  return 'again';
}

/** The attempt before killed whoever made it, and was the last that the event has. */
export function isLostCause({ attempt, firstAt, isAfterDeath }: Begun, now: number): boolean {
  return isAfterDeath && isGivenUp({ attempt: attempt - 1, firstAt }, now);
}

/** By SQS, which begins anew when it moves a message to another queue. */
export function receiptsOf({ attributes }: DeliveredRecord): number {
  return Number(attributes.ApproximateReceiveCount ?? 1);
}

export function died(): NightporterError {
  const sentence =
    'Look for what kills the function, such as memory or a time limit: the event was begun again and again, and no attempt ended.';
  return new NightporterError('HANDLER_DIED', sentence);
}
