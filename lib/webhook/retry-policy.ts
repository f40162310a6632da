const second = 1000;
const minute = 60 * second;

const firstWaitMs = 15 * second;
const longestWaitMs = 15 * minute;
/** SQS hides a message for 12 hours at most, counted from when it was received. */
const longestHiddenMs = 11 * 60 * minute;

/** Twice as long as Box itself tries, and what an outage of Box or of ours lasts on most days. */
const triedForMs = 4 * 60 * minute;
/** However long the waits are that Box asks for. */
const fewestAttempts = 5;

/**
 * How long until the next attempt, in ms: a wait that doubles, with jitter so that a flood does not come back at once, and never less than
 * Box asked for. What Box asks alone would not do: with `Retry-After: 0` the queue would have moved the message away after some minutes.
 */
export function waitAfter(attempt: number, error: unknown, random = Math.random()): number {
  const own = Math.min(firstWaitMs * 2 ** Math.min(attempt - 1, 20), longestWaitMs) * (0.5 + random / 2);
  const asked = askedWait(error);
  return asked === undefined ? own : Math.max(own, Math.min(asked + random * second, longestHiddenMs));
}

/** Whether an event that has just failed is to be given up, for a person to look at. */
export function isGivenUp({ attempt, firstAt }: { readonly attempt: number; readonly firstAt: number }, now: number): boolean {
  return attempt >= fewestAttempts && now - firstAt >= triedForMs;
}

/** The `retryAfterMs` of the error, or of what caused it: errors of Box have one where Box said when to come back. */
function askedWait(error: unknown): number | undefined {
  for (let each = error, depth = 0; each instanceof Error && depth < 5; each = each.cause, depth++) {
    const asked = (each as { readonly retryAfterMs?: unknown }).retryAfterMs;
    if (typeof asked === 'number' && asked >= 0) return asked;
  }
  return undefined;
}
