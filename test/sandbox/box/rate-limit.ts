const minute = 60_000;

/** Calls per user and minute; the minute begins with the user's first call. */
export class RateLimit {
  readonly #perMinute: number;
  readonly #now: () => number;
  readonly #windows = new Map<string, { startedAt: number; calls: number }>();

  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
  }

  /** Counts one call. @returns whole seconds to wait, or undefined when the call may pass. */
  take(userId: string): number | undefined {
    const now = this.#now();
    const window = this.#windows.get(userId);
    if (window === undefined || now >= window.startedAt + minute) {
      this.#windows.set(userId, { startedAt: now, calls: 1 });
      return this.#perMinute < 1 ? 60 : undefined;
    }
    if (window.calls >= this.#perMinute) return Math.max(1, Math.ceil((window.startedAt + minute - now) / 1000));
    window.calls++;
    return undefined;
  }
}
