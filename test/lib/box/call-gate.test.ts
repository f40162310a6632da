import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallBudget } from '../../../lib/box/call-gate.ts';

const never = new AbortController().signal;

describe('a budget of calls', () => {
  it('lets no more pass in any minute than Box allows, and everything up to that at once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 200 }), (most, steps) => {
        let now = 1_000_000;
        const budget = new CallBudget({ callsPerMinute: most, now: () => now });
        const passed: number[] = [];
        for (const step of steps) {
          now += step;
          const held = budget.heldMs();
          if (held === 0) {
            expect(budget.admit(never)).toBeUndefined();
            passed.push(now);
          } else now += held;
          const inLastMinute = passed.filter((time) => time > now - 60_000).length;
          expect(inLastMinute).toBeLessThanOrEqual(most);
          if (held > 0) expect(passed.length).toBeGreaterThanOrEqual(most);
        }
        expect(budget.calls).toBe(passed.length);
      }),
    );
  });

  it('holds everybody for as long as Box has asked one to wait, and tells the others', () => {
    let now = 1_000_000;
    const told: number[] = [];
    const budget = new CallBudget({ now: () => now, onPause: (until) => told.push(until) });
    budget.pause(7_000);
    expect(budget.heldMs()).toBe(7_000);
    expect(told).toEqual([1_007_000]);
    budget.until(1_030_000);
    now += 10_000;
    expect(budget.heldMs()).toBe(20_000);
  });

  it('holds without a turn of the processor for as long as nobody could wait', async () => {
    let looks = 0;
    const budget = new CallBudget({ now: () => looks++ });
    budget.until(1e15);
    await expect(budget.admit(AbortSignal.timeout(100))).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(looks).toBeLessThan(5);
  });
});
