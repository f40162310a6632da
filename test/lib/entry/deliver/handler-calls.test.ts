import { expect, it } from 'vitest';
import { handlerCalls } from '../../../../lib/entry/deliver/handler-calls.ts';

it.each(['enterprise', '11000001'])(
  'containers of a handler, however many there are at once, call as %s no more than Box allows',
  (owner) => {
    const passed = [4, 10].map((concurrency) => {
      const budget = handlerCalls({ concurrency }).budgets.at(owner);
      for (; budget.heldMs() === 0; ) budget.admit(AbortSignal.abort(), 'call');
      return budget.calls;
    });
    expect(passed).toEqual([250, 100]);
  },
);
