import { expect, it } from 'vitest';
import { CallBudget } from '../../../lib/box/call-gate.ts';
import { sessionGate } from '../../../lib/run/session-gate.ts';

it('sessions that share one budget count their own calls, and are held together', async () => {
  const { signal } = new AbortController();
  const shared = new CallBudget({ callsPerMinute: 5 });
  const [one, other] = [sessionGate(shared), sessionGate(shared)];
  for (const gate of [one, one, other, one]) expect(gate.admit(signal)).toBeUndefined();
  expect([one.calls, other.calls, shared.calls]).toEqual([3, 1, 4]);
  other.admit(signal);
  expect(one.heldMs()).toBeGreaterThan(0);
  const held = one.admit(AbortSignal.abort(new Error('enough')));
  await expect(held).rejects.toThrow('enough');
  expect(one.calls).toBe(3);
});
