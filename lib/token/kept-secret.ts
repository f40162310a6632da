import { untilAborted, within } from '../http/wait.ts';

/** A secret's value in memory, for as long as the container lives. A caller's signal ends its own waiting, never the read that others share. */
export interface KeptSecret<T> {
  /** Reads the secret at most once at a time, and again after five to ten minutes; an older value stands in for a day while it can't be read. */
  get(signal?: AbortSignal): Promise<T>;
  /** After a refusal of that version: the one that is known by now, or what the secret says, unless it was asked a moment ago. */
  reread(versionId: string, signal?: AbortSignal): Promise<T>;
}

export interface KeptSecretOptions<T> {
  /** Parses too: what it throws is what callers get where there is no older value. */
  readonly read: (signal: AbortSignal) => Promise<T>;
  readonly readTimeoutMs: number;
  /** Any number of refusals costs one read in this time. */
  readonly rereadPauseMs: number;
  /** What was read so short a time ago is not read again for a refusal; 0 if left out. */
  readonly youngMs?: number;
  /** While there is no value, a failure is answered with for so long; 0 if left out. */
  readonly failurePauseMs?: number;
  readonly now?: () => number;
}

const timeToLiveMs = 600_000;
const retryAfterErrorMs = 60_000;
const longestStaleMs = 24 * 3_600_000;
/** A timer is not later than this by itself. */
const latenessMs = 5_000;

export function keptSecret<T extends { readonly versionId: string }>(options: KeptSecretOptions<T>): KeptSecret<T> {
  const { read, readTimeoutMs, rereadPauseMs, youngMs = 0, failurePauseMs = 0, now = Date.now } = options;
  let known: { readonly value: T; readonly readAt: number; validUntil: number } | undefined;
  let reading: Promise<T> | undefined;
  let failure: { readonly error: unknown } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let rereadAt = Number.NEGATIVE_INFINITY;

  const keep = (value: T): T => {
    // Spread over half of the time, so that a fleet does not come back at once.
    known = { value, readAt: now(), validUntil: now() + timeToLiveMs * (0.5 + Math.random() * 0.5) };
    return value;
  };
  const standIn = (error: unknown): T => {
    failure = { error };
    if (known === undefined || now() - known.readAt > longestStaleMs) throw error;
    known.validUntil = now() + retryAfterErrorMs;
    return known.value;
  };
  const readThroughFreezes = async (): Promise<T> => {
    for (;;) {
      askedAt = now();
      const startedAt = askedAt;
      try {
        return await within(readTimeoutMs, undefined, read);
      } catch (error) {
        // Only a thaw makes a time limit so late: the container was frozen, and what the limit ended had no time of its own.
        const isFrozen = now() - startedAt >= readTimeoutMs + latenessMs;
        // Somebody who came sooner after the thaw may have begun another read.
        const isReplaced = askedAt !== startedAt;
        if (isReplaced && reading) return reading;
        if (isReplaced || !isFrozen) throw error;
      }
    }
  };
  const begin = (): Promise<T> => {
    const begun = readThroughFreezes()
      .then(keep, standIn)
      .finally(() => {
        if (reading === begun) reading = undefined;
      });
    reading = begun;
    return begun;
  };
  const shared = (signal: AbortSignal | undefined): Promise<T> => {
    signal?.throwIfAborted();
    // A read past its time limit was frozen with the container, and fails as soon as its timer hears of the thaw.
    const isOver = now() - askedAt >= readTimeoutMs;
    return untilAborted(reading && !isOver ? reading : begin(), signal);
  };
  // A clock that was set back must not make a pause longer.
  const isWithin = (ms: number, since: number): boolean => Math.abs(now() - since) < ms;

  const get = async (signal?: AbortSignal): Promise<T> => {
    if (known && now() < known.validUntil) return known.value;
    if (!known && !reading && failure && isWithin(failurePauseMs, askedAt)) throw failure.error;
    return shared(signal);
  };
  return {
    get,
    async reread(versionId, signal) {
      if (!known) return get(signal);
      if (known.value.versionId !== versionId) return known.value;
      if (!reading && (isWithin(rereadPauseMs, rereadAt) || isWithin(youngMs, askedAt))) return known.value;
      rereadAt = now();
      return shared(signal);
    },
  };
}
