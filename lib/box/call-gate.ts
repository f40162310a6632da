import { wait } from '../http/wait.ts';
import type { CallKind } from './call-kind.ts';
import { CallWindow } from './call-window.ts';

/** Stands before every request to Box, retries included. */
export interface CallGate {
  /** Requests let through so far. */
  readonly calls: number;
  /** @returns undefined when the request may go at once; otherwise settles when it may. @throws the signal's reason */
  admit(signal: AbortSignal, kind: CallKind): Promise<void> | undefined;
  /** Box said 429: nobody of this budget goes on before that. */
  pause(ms: number): void;
  /** How long the next request would be held, in ms, if it is of the kind of the last one. */
  heldMs(): number;
}

/** Box's limits of a user: developer.box.com/guides/api-calls/permissions-and-errors/rate-limits */
export interface CallLimits {
  readonly callsPerMinute: number;
  readonly uploadsPerMinute: number;
  readonly searchesPerMinute: number;
  readonly searchesPerSecond: number;
}

const boxLimits: CallLimits = { callsPerMinute: 1_000, uploadsPerMinute: 240, searchesPerMinute: 60, searchesPerSecond: 6 };

export interface CallBudgetOptions extends Partial<CallLimits> {
  /** How many use the limits at the same time: this budget is the share of one. */
  readonly sharers?: number;
  /** What the searches of other owners count against too. */
  readonly everybodysSearches?: CallWindow | undefined;
  readonly now?: () => number;
  /** Told of each request that wants to go, before it does. */
  readonly onCall?: () => void;
  /** Told of each pause that Box asked for: others share the limit. */
  readonly onPause?: (untilMs: number) => void;
}

const minute = 60_000;

/** As many requests of each kind as Box allows one user, at full speed until then. */
export class CallBudget implements CallGate {
  readonly #windows: Readonly<Record<CallKind, readonly CallWindow[]>>;
  /** Those that no other budget counts against. */
  readonly #own: ReadonlySet<CallWindow>;
  readonly #now: () => number;
  readonly #onCall: () => void;
  readonly #onPause: (untilMs: number) => void;
  #last: CallKind = 'call';
  #pausedUntil = 0;
  calls = 0;

  constructor(options: CallBudgetOptions = {}) {
    const { sharers = 1, everybodysSearches, now = Date.now, onCall = () => {}, onPause = () => {}, ...given } = options;
    const limits = { ...boxLimits, ...given };
    const window = (most: number, ms = minute): CallWindow => new CallWindow({ most, ms, sharers });
    const call = window(limits.callsPerMinute);
    const upload = window(limits.uploadsPerMinute);
    const searches = [window(limits.searchesPerMinute), window(limits.searchesPerSecond, 1_000)];
    this.#own = new Set([call, upload, ...searches]);
    this.#windows = {
      call: [call],
      upload: [call, upload],
      search: [call, ...searches, ...(everybodysSearches ? [everybodysSearches] : [])],
    };
    this.#now = now;
    this.#onCall = onCall;
    this.#onPause = onPause;
  }

  heldMs(kind = this.#last): number {
    let free = this.#pausedUntil;
    for (const window of this.#windows[kind]) free = Math.max(free, window.freeAt());
    return Math.max(0, free - this.#now());
  }

  admit(signal: AbortSignal, kind: CallKind): Promise<void> | undefined {
    this.#onCall();
    this.#last = kind;
    const held = this.heldMs(kind);
    if (held > 0) return this.#hold(held, signal, kind);
    const now = this.#now();
    for (const window of this.#windows[kind]) window.take(now);
    this.calls++;
    return undefined;
  }

  /** For how long nobody of this budget may call, in ms, since Box has said 429 to one of them. */
  pausedMs(): number {
    return Math.max(0, this.#pausedUntil - this.#now());
  }

  /** From now on so many use the limits at the same time. */
  share(sharers: number): void {
    for (const window of this.#own) window.share(sharers);
  }

  pause(ms: number): void {
    this.until(this.#now() + ms);
    this.#onPause(this.#pausedUntil);
  }

  /** Somebody else was told to pause until then, in ms since the epoch. */
  until(time: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, time);
  }

  async #hold(ms: number, signal: AbortSignal, kind: CallKind): Promise<void> {
    await wait(ms, signal);
    await this.admit(signal, kind);
  }
}
