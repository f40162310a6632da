const second = 1000;
const minute = 60_000;

/** Calls per key and window; the window begins with the key's first call. */
export class RateLimit {
  readonly #most: number;
  readonly #window: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, { startedAt: number; calls: number }>();

  constructor(most: number, now: () => number, window = minute) {
    this.#most = most;
    this.#now = now;
    this.#window = window;
  }

  /** Counts one call. @returns whole seconds to wait, or undefined when the call may pass. */
  take(key: string): number | undefined {
    const now = this.#now();
    const window = this.#windows.get(key);
    if (window === undefined || now >= window.startedAt + this.#window) {
      this.#windows.set(key, { startedAt: now, calls: 1 });
      return this.#most < 1 ? Math.ceil(this.#window / second) : undefined;
    }
    if (window.calls >= this.#most) return Math.max(1, Math.ceil((window.startedAt + this.#window - now) / second));
    window.calls++;
    return undefined;
  }
}

/** What a route counts as, on top of being a call. */
export type Metered = 'upload' | 'search';

export interface LimitOptions {
  readonly now: () => number;
  readonly callsPerMinute: number;
  /** How long a minute of calls is. */
  readonly minuteMs: number;
  /** Box's own limits of uploads and searches times this. */
  readonly scale: number;
}

/** Box's limits: calls and uploads per user and minute; searches per user and second, per user and minute, and of everybody together. */
export class Limits {
  readonly #calls: RateLimit;
  readonly #uploads: RateLimit;
  readonly #searches: readonly { readonly limit: RateLimit; readonly everybody: boolean }[];

  constructor({ now, callsPerMinute, minuteMs, scale }: LimitOptions) {
    this.#calls = new RateLimit(callsPerMinute, now, minuteMs);
    this.#uploads = new RateLimit(240 * scale, now);
    this.#searches = [
      { limit: new RateLimit(6 * scale, now, second), everybody: false },
      { limit: new RateLimit(60 * scale, now), everybody: false },
      { limit: new RateLimit(12 * scale, now, second), everybody: true },
    ];
  }

  /** Counts one call. @returns whole seconds to wait, or undefined when the call may pass. */
  take(userId: string, metered: Metered | undefined): number | undefined {
    const wait = this.#calls.take(userId);
    if (wait !== undefined || metered === undefined) return wait;
    if (metered === 'upload') return this.#uploads.take(userId);
    for (const { limit, everybody } of this.#searches) {
      const longer = limit.take(everybody ? '' : userId);
      if (longer !== undefined) return longer;
    }
    return undefined;
  }
}
