import type { CallGate } from '../box/call-gate.ts';
import { NightporterError } from '../errors.ts';

/** How much one step may do. */
export interface StepLimits {
  /** Time left in this invocation, in ms. */
  readonly remainingMs: () => number;
  /** A step is not begun when less than this is left. */
  readonly neededMs: number;
  /** A step is cut off after this. */
  readonly longestMs: number;
  /** Says whether a step has done enough, from the moment that this is called. */
  meter(gate: CallGate): () => boolean;
  /** Whole seconds that the next call would be held, if it is worth ending the step for; else 0. */
  longHold(gate: CallGate): number;
}

/** A step's calls and time: developer.box.com allows 1,000 calls a minute, so either is met first. */
const mostCalls = 2_000;
const longestStretchMs = 180_000;
const longestStepMs = 300_000;
/** Kept back for what must still be written after a step was cut off. */
const mostReserveMs = 15_000;
/** A shorter hold is slept through: to end the invocation for it would cost more. */
const longHoldMs = 5_000;

/** Steps of a function with that time limit: shorter ones where the limit is. */
export function stepLimits(limitMs: number, remainingMs: () => number): StepLimits {
  const stretchMs = Math.min(longestStretchMs, limitMs * 0.4);
  const longestMs = Math.min(longestStepMs, limitMs * 0.6);
  return {
    remainingMs,
    longestMs,
    neededMs: longestMs + Math.min(mostReserveMs, limitMs * 0.1),
    meter(gate) {
      const calls = gate.calls + mostCalls;
      const end = Date.now() + stretchMs;
      return () => gate.calls >= calls || Date.now() >= end;
    },
    longHold: (gate) => (gate.heldMs() > longHoldMs ? Math.ceil(gate.heldMs() / 1000) : 0),
  };
}

/** Work with a signal that aborts when the step has to end: its next call to Box fails with the reason. */
export async function withinLimits<T>(
  { longestMs }: StepLimits,
  work: (signal: AbortSignal, remainingMs: () => number) => Promise<T>,
): Promise<T> {
  const end = Date.now() + longestMs;
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(tooLong(longestMs)), longestMs);
  try {
    // What Box asks to wait for longer than this is waited for outside of the step, where it costs nothing.
    return await work(controller.signal, () => Math.min(longestPaidWaitMs, end - Date.now()));
  } finally {
    clearTimeout(timer);
  }
}

const longestPaidWaitMs = 20_000;

function tooLong(ms: number): NightporterError {
  const seconds = Math.round(ms / 1000);
  return new NightporterError('RUN_TOO_LONG', `Let the job yield a cursor more often: one step was stopped after ${seconds} seconds.`);
}
