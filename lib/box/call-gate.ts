import { wait } from '../http/wait.ts';

/** Stands before every request to Box, retries included. */
export interface CallGate {
  /** Requests let through so far. */
  readonly calls: number;
  /** @returns undefined when the request may go at once; otherwise settles when it may. @throws the signal's reason */
  admit(signal: AbortSignal): Promise<void> | undefined;
  /** Box said 429: nobody of this budget goes on before that. */
  pause(ms: number): void;
  /** How long the next request would be held, in ms. */
  heldMs(): number;
}

export interface CallBudgetOptions {
  /** Box allows 1,000 calls a minute and user: developer.box.com/guides/api-calls/permissions-and-errors/rate-limits */
  readonly callsPerMinute?: number;
  readonly now?: () => number;
  /** Told of each pause that Box asked for: others share the limit. */
  readonly onPause?: (untilMs: number) => void;
}

/** A little more than Box's minute: requests don't arrive as evenly as they are sent. */
const windowMs = 60_500;

/**
 * As many requests as Box allows in any minute, at full speed until then: whether Box's minute slides or jumps, it is never exceeded, and
 * no request is spent on a refusal.
 */
export class CallBudget implements CallGate {
  readonly #most: number;
  readonly #now: () => number;
  readonly #onPause: (untilMs: number) => void;
  /** When the last requests went out, the oldest where the next one goes. */
  readonly #sent: number[] = [];
  #next = 0;
  #pausedUntil = 0;
  calls = 0;

  constructor({ callsPerMinute = 1_000, now = Date.now, onPause = () => {} }: CallBudgetOptions = {}) {
    this.#most = Math.max(1, Math.floor(callsPerMinute));
    this.#now = now;
    this.#onPause = onPause;
  }

  heldMs(): number {
    const now = this.#now();
    const oldest = this.#sent[this.#next];
    return Math.max(0, this.#pausedUntil - now, oldest === undefined ? 0 : oldest + windowMs - now);
  }

  admit(signal: AbortSignal): Promise<void> | undefined {
    const held = this.heldMs();
    if (held > 0) return this.#hold(held, signal);
    this.#sent[this.#next] = this.#now();
    this.#next = (this.#next + 1) % this.#most;
    this.calls++;
    return undefined;
  }

  pause(ms: number): void {
    this.until(this.#now() + ms);
    this.#onPause(this.#pausedUntil);
  }

  /** Somebody else was told to pause until then, in ms since the epoch. */
  until(time: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, time);
  }

  async #hold(ms: number, signal: AbortSignal): Promise<void> {
    await wait(ms, signal);
    await this.admit(signal);
  }
}
