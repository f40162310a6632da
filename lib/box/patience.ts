import { NightporterError } from '../errors.ts';
import type { CallBudget, CallGate } from './call-gate.ts';
import type { CallKind } from './call-kind.ts';

/** A call that was not made: Box has asked for a pause that is longer than it can be waited for here. */
export class CallsPaused extends NightporterError {
  /** How long the pause still is, in ms. */
  readonly retryAfterMs: number;

  constructor(retryAfterMs: number) {
    const seconds = Math.ceil(retryAfterMs / 1000);
    super('BOX_CALLS_PAUSED', `Run later, or fewer jobs of this Box app at once: Box takes no calls of it for another ${seconds} seconds.`);
    this.retryAfterMs = retryAfterMs;
  }
}

/** A gate that waits out no pause longer than that: its calls fail at once. One is made for each invocation, so it is a class: the cheapest there is. */
export class PatientGate implements CallGate {
  readonly #budget: CallBudget;
  readonly #longestMs: () => number;

  /** @param longestMs asked before each call */
  constructor(budget: CallBudget, longestMs: () => number) {
    this.#budget = budget;
    this.#longestMs = longestMs;
  }

  get calls(): number {
    return this.#budget.calls;
  }

  admit(signal: AbortSignal, kind: CallKind): Promise<void> | undefined {
    const pausedMs = this.#budget.pausedMs();
    if (pausedMs > 0 && pausedMs >= this.#longestMs()) return Promise.reject(new CallsPaused(pausedMs));
    return this.#budget.admit(signal, kind);
  }

  pause(ms: number): void {
    this.#budget.pause(ms);
  }

  heldMs(): number {
    return this.#budget.heldMs();
  }
}
