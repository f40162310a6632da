import { expect, it } from 'vitest';
import { CallBudget } from '../../../lib/box/call-gate.ts';
import { sessionGate } from '../../../lib/run/session-gate.ts';

it('sessions that share one budget count their own calls, and are held together', async () => {
  const { signal } = new AbortController();
  const shared = new CallBudget({ callsPerMinute: 5 });
  const [one, other] = [sessionGate(shared), sessionGate(shared)];
  for (const gate of [one, one, other, one]) expect(gate.admit(signal, 'call')).toBeUndefined();
  expect([one.calls, other.calls, shared.calls]).toEqual([3, 1, 4]);
  other.admit(signal, 'call');
  expect(one.heldMs()).toBeGreaterThan(0);
  const held = one.admit(AbortSignal.abort(new Error('enough')), 'call');
  await expect(held).rejects.toThrow('enough');
  expect(one.calls).toBe(3);
});

it('the kinds of their calls count in the budget that they share', async () => {
  const shared = new CallBudget({ searchesPerSecond: 1 });
  const [one, other] = [sessionGate(shared), sessionGate(shared)];
  const { signal } = new AbortController();
  expect(one.admit(signal, 'search')).toBeUndefined();
  await expect(other.admit(AbortSignal.abort(new Error('enough')), 'search')).rejects.toThrow('enough');
  expect(other.admit(signal, 'call')).toBeUndefined();
});
