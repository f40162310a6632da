import { NightporterError } from '../errors.ts';
import type { CallBudget, CallGate } from './call-gate.ts';

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

/** A gate that waits out no pause longer than that: its calls fail at once. @param longestMs asked before each call */
export function patient(budget: CallBudget, longestMs: () => number): CallGate {
  return {
    get calls() {
      return budget.calls;
    },
    admit(signal, kind) {
      const pausedMs = budget.pausedMs();
      if (pausedMs > 0 && pausedMs >= longestMs()) return Promise.reject(new CallsPaused(pausedMs));
      return budget.admit(signal, kind);
    },
    pause: (ms) => budget.pause(ms),
    heldMs: () => budget.heldMs(),
  };
}
