/** A little more than Box's window: requests don't arrive as evenly as they are sent. */
const slackMs = 500;

export interface CallWindowOptions {
  /** Calls that Box allows in any stretch of this length. */
  readonly most: number;
  readonly ms: number;
  /** How many use the limit at the same time; 1 if left out. */
  readonly sharers?: number;
}

/**
 * As many calls as Box allows in any window, at full speed until then: whether Box's window slides or jumps, it is never exceeded, and no
 * call is spent on a refusal. Holds one number for each call of the last window, and none before the first.
 */
export class CallWindow {
  readonly #limit: CallWindowOptions;
  /** When the last calls went out, the oldest where the next one goes. */
  readonly #sent: number[] = [];
  #next = 0;
  #most = 1;
  #ms = 0;

  constructor(limit: CallWindowOptions) {
    this.#limit = limit;
    this.share(limit.sharers ?? 1);
  }

  /** From now on each of so many has its part, if need be in a window that is longer instead; the calls of the last window still count. */
  share(sharers: number): void {
    const { most, ms } = this.#limit;
    this.#most = Math.max(1, Math.floor(most / sharers));
    this.#ms = Math.max(ms, (ms * sharers) / most) + slackMs;
  }

  /** When the next call may go, in ms since the epoch; in the past where it may go at once. */
  freeAt(): number {
    const { most } = this.#limit;
    const oldest = this.#sent[(this.#next + most - this.#most) % most];
    return oldest === undefined ? 0 : oldest + this.#ms;
  }

  take(now: number): void {
    this.#sent[this.#next] = now;
    this.#next = (this.#next + 1) % this.#limit.most;
  }
}

/** Box's limit on the searches of everybody in the enterprise together: one for all owners of a container. */
export function enterpriseSearches(sharers: number): CallWindow {
  return new CallWindow({ most: 12, ms: 1_000, sharers });
}
