import type { PipelineLog } from '../../observe/log.ts';
import type { Receipt } from '../../webhook/receiver.ts';

const metrics: Readonly<Record<Receipt, string>> = {
  accepted: 'WebhookAccepted',
  malformed: 'WebhookMalformed',
  unsigned: 'WebhookUnsigned',
  tooLarge: 'WebhookTooLarge',
  unavailable: 'WebhookUnavailable',
};

const betweenLinesMs = 60_000;

/** Counts receipts, and says now and then why some could not be had. */
export interface Tally {
  count(receipt: Receipt): void;
  failed(error: unknown): void;
}

/**
 * Writes a metric at most once a minute for each kind of receipt, and as seldom an error: who sends a million forged messages must not buy a
 * million log lines with them. What an idle container has counted since its last line is lost with it.
 */
export function tally(log: Pick<PipelineLog, 'metric' | 'failure'>, now: () => number = Date.now): Tally {
  const unwritten = new Map<Receipt, number>();
  const isTime = seldom(now);
  return {
    count(receipt) {
      const count = (unwritten.get(receipt) ?? 0) + 1;
      const isWritten = isTime(receipt);
      unwritten.set(receipt, isWritten ? 0 : count);
      if (isWritten) log.metric(metrics[receipt], count);
    },
    failed(error) {
      if (isTime('failure')) log.failure('A message of Box was not taken; Box will send it again.', error);
    },
  };
}

function seldom(now: () => number): (what: string) => boolean {
  const last = new Map<string, number>();
  return (what) => {
    // A clock that was set back must not make the pause longer.
    if (Math.abs(now() - (last.get(what) ?? Number.NEGATIVE_INFINITY)) < betweenLinesMs) return false;
    last.set(what, now());
    return true;
  };
}
