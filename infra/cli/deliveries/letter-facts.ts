import type { ErrorCode } from '../../../lib/errors.ts';
import type { DeadLetter } from './dead-letters.ts';

/** What is shown of an event: ids, never what Box says of people and items. */
export interface LetterFacts {
  readonly event: string | null;
  readonly trigger: string | null;
  /** Such as `file 123`. */
  readonly source: string | null;
  readonly reason: string;
  readonly attempts: number | null;
  /** RFC 3339; null where the message does not say. */
  readonly sentAt: string | null;
  readonly delivery: string;
}

/** SQS moves what was received too often by itself, and knows no reason. */
const neverEnded: ErrorCode = 'HANDLER_DIED';

export function factsOf({ event, envelope, reason, attempts }: DeadLetter): LetterFacts {
  return {
    event: event?.id ?? null,
    trigger: event?.trigger ?? null,
    source: event?.source ? `${event.source.type} ${event.source.id}` : null,
    reason: reason ?? neverEnded,
    attempts: attempts ?? null,
    sentAt: envelope.sentAt > 0 && envelope.sentAt < 8.64e15 ? new Date(envelope.sentAt).toISOString() : null,
    delivery: envelope.deliveryId,
  };
}
