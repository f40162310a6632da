import type { CallGate } from '../box/call-gate.ts';

/** Why a call was not made: its wait is worth ending the step for. A job that catches it gets no further: every call after it is refused too. */
export class HeldForLong extends Error {}

export interface SessionGate extends CallGate {
  /** The work stands at a cursor. Should its very next call be held for long, that one is refused: nothing is lost that would be done again. */
  standAtCursor(): void;
  readonly hasRefused: boolean;
}

/**
 * The calls of one session alone, through a gate that others may share: users through `as-user` have one budget and are done at once.
 * @param isLong whether the next call of all would be held for so long that it should not be waited for in a step
 */
export function sessionGate(shared: CallGate, isLong: () => boolean): SessionGate {
  let calls = 0;
  let callsAtCursor: number | undefined;
  let hasRefused = false;
  return {
    get calls() {
      return calls;
    },
    get hasRefused() {
      return hasRefused;
    },
    standAtCursor() {
      callsAtCursor = calls;
    },
    admit(signal, kind) {
      hasRefused ||= calls === callsAtCursor && isLong();
      if (hasRefused) return Promise.reject(new HeldForLong('The step ends before this call.'));
      const held = shared.admit(signal, kind);
      if (held) return held.then(() => void calls++);
      calls++;
      return undefined;
    },
    pause: (ms) => shared.pause(ms),
    heldMs: () => shared.heldMs(),
  };
}
