import type { CallGate } from '../box/call-gate.ts';

/** The calls of one session alone, through a gate that others may share: users through `as-user` have one budget and are done at once. */
export function sessionGate(shared: CallGate): CallGate {
  let calls = 0;
  return {
    get calls() {
      return calls;
    },
    admit(signal, kind) {
      const held = shared.admit(signal, kind);
      if (held) return held.then(() => void calls++);
      calls++;
      return undefined;
    },
    pause: (ms) => shared.pause(ms),
    heldMs: () => shared.heldMs(),
  };
}
