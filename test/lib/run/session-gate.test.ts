import { expect, it } from 'vitest';
import { CallBudget } from '../../../lib/box/call-gate.ts';
import { HeldForLong, sessionGate } from '../../../lib/run/session-gate.ts';

const never = () => false;

it('sessions that share one budget count their own calls, and are held together', async () => {
  const { signal } = new AbortController();
  const shared = new CallBudget({ callsPerMinute: 5 });
  const [one, other] = [sessionGate(shared, never), sessionGate(shared, never)];
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
  const [one, other] = [sessionGate(shared, never), sessionGate(shared, never)];
  const { signal } = new AbortController();
  expect(one.admit(signal, 'search')).toBeUndefined();
  await expect(other.admit(AbortSignal.abort(new Error('enough')), 'search')).rejects.toThrow('enough');
  expect(other.admit(signal, 'call')).toBeUndefined();
});

it('the call behind a cursor is refused where it would be held for long, with all after it, and none between two cursors is', async () => {
  const shared = new CallBudget({ callsPerMinute: 3 });
  const gate = sessionGate(shared, () => shared.heldMs() > 5_000);
  const { signal } = new AbortController();
  gate.standAtCursor();
  for (let call = 0; call < 3; call++) expect(gate.admit(signal, 'call')).toBeUndefined();
  await expect(gate.admit(AbortSignal.abort(new Error('held')), 'call')).rejects.toThrow('held');
  expect(gate.hasRefused).toBe(false);
  gate.standAtCursor();
  await expect(gate.admit(signal, 'call')).rejects.toBeInstanceOf(HeldForLong);
  expect(gate.hasRefused).toBe(true);
  await expect(gate.admit(signal, 'search')).rejects.toBeInstanceOf(HeldForLong);
  expect(gate.calls).toBe(3);
});
