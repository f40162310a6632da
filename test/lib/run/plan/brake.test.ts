import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { brake } from '../../../../lib/run/plan/brake.ts';

const limits = { actions: 100, share: 0.05 };
const code = (work: () => void): string | undefined => {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the brakes', () => {
  it('let a plan pass within both limits and stop it beyond either', () => {
    fc.assert(
      fc.property(fc.nat(300), fc.nat(5000), (actions, considered) => {
        const isWithin = actions <= 100 && actions <= considered * 0.05;
        expect(code(() => brake({ actions, considered }, limits, 0))).toBe(isWithin ? undefined : 'PLAN_TOO_LARGE');
      }),
    );
  });

  it('say in one sentence which limit it is', () => {
    expect(() => brake({ actions: 1000, considered: 100_000 }, limits, 0)).toThrow(/: it has 1000 actions, and its limit is 100\.$/);
    expect(() => brake({ actions: 6, considered: 100 }, limits, 0)).toThrow(
      /: its 6 actions are more than 5 % of the 100 that it looked at\.$/,
    );
    expect(() => brake({ actions: 1, considered: 0 }, limits, 0)).toThrow(/PLAN_TOO_LARGE|of the 0 that it looked at/);
  });

  it('let a larger plan pass for an approval that names its number, and for no other number', () => {
    const size = { actions: 1000, considered: 1000 };
    expect(code(() => brake(size, limits, 0, 1000))).toBeUndefined();
    for (const named of [999, 1001, 100, undefined]) expect(code(() => brake(size, limits, 0, named))).toBe('PLAN_TOO_LARGE');
  });

  it('hold an incomplete plan, however small and whoever approves it', () => {
    expect(code(() => brake({ actions: 1, considered: 1000 }, limits, 1))).toBe('PLAN_INCOMPLETE');
    expect(code(() => brake({ actions: 1, considered: 1000 }, limits, 1, 1))).toBe('PLAN_INCOMPLETE');
  });
});
