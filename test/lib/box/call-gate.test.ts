import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CallBudget } from '../../../lib/box/call-gate.ts';
import type { CallKind } from '../../../lib/box/call-kind.ts';
import { enterpriseSearches } from '../../../lib/box/call-window.ts';

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
            expect(budget.admit(never, 'call')).toBeUndefined();
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

  it('lets no more of any kind pass in any window, of any owner or of all together, and holds nobody who need not wait', () => {
    const step = fc.record({
      ms: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 20_000 })),
      owner: fc.nat({ max: 2 }),
      kind: fc.constantFrom<CallKind>('call', 'upload', 'search', 'search'),
    });
    const limits = { callsPerMinute: 30, uploadsPerMinute: 8, searchesPerMinute: 14, searchesPerSecond: 3 };
    const enterprise = 12;
    let helds = 0;
    let passes = 0;
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(step, { maxLength: 150, size: 'max' }), (sharers, steps) => {
        let now = 1_000_000;
        const everybodysSearches = enterpriseSearches(sharers);
        const budgets = [0, 1, 2].map(() => new CallBudget({ ...limits, everybodysSearches, now: () => now }));
        const passed: { at: number; owner: number; kind: CallKind }[] = [];
        const within = (ms: number, is: (one: (typeof passed)[number]) => boolean) => passed.filter((one) => one.at > now - ms && is(one));
        for (const { ms, owner, kind } of steps) {
          now += ms;
          const budget = budgets[owner];
          const held = budget?.heldMs(kind) ?? 0;
          if (held > 0) helds++;
          now += held;
          expect(budget?.admit(never, kind)).toBeUndefined();
          passed.push({ at: now, owner, kind });
          passes++;
          const own = (one: (typeof passed)[number]) => one.owner === owner;
          expect(within(60_000, own).length).toBeLessThanOrEqual(30);
          expect(within(60_000, (one) => own(one) && one.kind === 'upload').length).toBeLessThanOrEqual(8);
          expect(within(60_000, (one) => own(one) && one.kind === 'search').length).toBeLessThanOrEqual(14);
          expect(within(1_000, (one) => own(one) && one.kind === 'search').length).toBeLessThanOrEqual(3);
          // All containers together, each at its share.
          const shareMs = Math.max(1_000, (1_000 * sharers) / enterprise);
          const ofAll = within(shareMs, (one) => one.kind === 'search').length * sharers;
          expect(ofAll).toBeLessThanOrEqual(Math.max(enterprise, sharers));
          expect(held).toBeLessThanOrEqual(60_500);
        }
      }),
    );
    console.info(`${passes} calls, ${helds} of them held first`);
    expect(helds).toBeGreaterThan(100);
  });

  it('lets everybody through in the end who waits at the same time, calls of one kind before those of another that has to wait', async () => {
    const budget = new CallBudget({ searchesPerSecond: 2, everybodysSearches: enterpriseSearches(1) });
    const order: CallKind[] = [];
    const one = async (kind: CallKind) => {
      await budget.admit(never, kind);
      order.push(kind);
    };
    await Promise.all([...Array.from({ length: 4 }, () => one('search')), one('upload'), one('call')]);
    expect(order).toEqual(['search', 'search', 'upload', 'call', 'search', 'search']);
    expect(budget.calls).toBe(6);
  });

  it('takes a part of each limit where others share it, never less than one call in a longer time', () => {
    let now = 1_000_000;
    const passAtOnce = (kind: CallKind, sharers: number): number => {
      const budget = new CallBudget({ sharers, everybodysSearches: enterpriseSearches(sharers), now: () => now });
      let passed = 0;
      for (; budget.heldMs(kind) === 0; passed++) budget.admit(never, kind);
      return passed;
    };
    const kinds: readonly CallKind[] = ['call', 'upload', 'search'];
    expect([1, 4, 100].map((sharers) => kinds.map((kind) => passAtOnce(kind, sharers)))).toEqual([
      [1_000, 240, 6],
      [250, 60, 1],
      [10, 2, 1],
    ]);
    const budget = new CallBudget({ sharers: 100, now: () => now });
    budget.admit(never, 'search');
    now += 60_000;
    expect(budget.heldMs()).toBeGreaterThan(40_000);
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
    await expect(budget.admit(AbortSignal.timeout(100), 'call')).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(looks).toBeLessThan(5);
  });
});
