import { setTimeout as sleep } from 'node:timers/promises';

/** What a timer can hold, 24.8 days: a longer one would go off at once (nodejs.org/api/timers.html). */
const longestMs = 2 ** 31 - 1;

/**
 * How long to wait before the next attempt, in ms. `Retry-After` (seconds or an HTTP date, RFC 9110 10.2.3) is obeyed to the letter;
 * without it the wait doubles from one second, with jitter so that a fleet does not come back at once.
 */
export function waitBeforeRetry(headers: Readonly<Record<string, string>>, attempt: number, now = Date.now()): number {
  const stated = retryAfter(headers['retry-after'], now);
  return stated ?? 2 ** (attempt - 1) * 1000 * (0.5 + Math.random() * 0.5);
}

/** 24.8 days at most. @throws the signal's reason when it aborts meanwhile. */
export async function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(Math.min(ms, longestMs), undefined, signal ? { signal } : {}).catch((error) => {
    throw signal?.aborted ? signal.reason : error;
  });
}

/** Waits for what others wait for too. @throws the signal's reason when it aborts first: what was waited for goes on. */
export async function untilAborted<T>(pending: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return pending;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener('abort', abort);
  return Promise.race([pending, aborted]).finally(() => signal.removeEventListener('abort', abort));
}

/**
 * Work that gets so many ms, or less if the signal aborts. Unlike `AbortSignal.timeout` and `any` it leaves nothing behind once it has ended.
 * @throws `TimeoutError` or the signal's reason, as far as the work heeds its signal
 */
export async function within<T>(ms: number, signal: AbortSignal | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  signal?.throwIfAborted();
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(new DOMException(`Nothing came within ${ms} ms.`, 'TimeoutError')), ms);
  const abort = () => end.abort(signal?.reason);
  signal?.addEventListener('abort', abort);
  try {
    return await work(end.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** `Retry-After` (seconds or an HTTP date, RFC 9110 10.2.3) in ms, 24.8 days at most. */
export function retryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), longestMs);
}
