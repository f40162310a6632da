import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runChain } from '../../../lib/run/chain.ts';
import { type ChainState, nothingYet, type StepOutcome } from '../../../lib/run/outcome.ts';
import { RememberingEngine } from './remembering-engine.ts';

const outcome: fc.Arbitrary<StepOutcome> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<StepOutcome>({ end: 'more', cursor: true, calls: 3, counts: { seen: 2 }, parts: { rows: 2 } }) },
  { weight: 2, arbitrary: fc.record({ end: fc.constant('wait' as const), calls: fc.constant(1), isPlanned: fc.boolean() }) },
);

describe('a chain of steps', () => {
  it('never uses more operations than its share, hands the rest back, and loses and repeats nothing on the way', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { maxLength: 40 }), fc.integer({ min: 4, max: 12 }), async (plan, operations) => {
        const script: readonly StepOutcome[] = [...plan, { end: 'done', calls: 1 }];
        const performed: number[] = [];
        let state: ChainState = nothingYet;
        let end = 'left';
        for (let execution = 0; execution < 100; execution++) {
          const engine = new RememberingEngine();
          const perform = async ({ step, cursor }: ChainState): Promise<StepOutcome> => {
            performed.push(step);
            const laid = script.slice(0, step).findLastIndex(({ cursor: isLaid }) => isLaid);
            expect(cursor).toBe(laid < 0 ? undefined : laid);
            return script[step] ?? { end: 'done', calls: 0 };
          };
          const ended = await runChain(engine, 'u', { from: state, operations, perform });
          expect(engine.history.size).toBeLessThanOrEqual(operations);
          ({ state, end } = ended);
          if (end !== 'left') break;
        }
        // Many waits in a row are too long; all else comes to its end.
        if (end !== 'failed') expect([end, performed.length]).toEqual(['done', script.length]);
        expect(performed).toEqual(performed.map((_, index) => index));
        const done = script.slice(0, performed.length);
        expect(state.tally.calls).toBe(done.reduce((sum, { calls }) => sum + calls, 0));
        expect(state.parts.rows ?? []).toEqual(done.flatMap(({ parts }, index) => (parts ? [index] : [])));
      }),
    );
  });

  it('gives a user up who takes the process along again and again, and one who has waited for an hour', async () => {
    const lost = () => Promise.reject(new Error('interrupted'));
    expect(await runChain(new RememberingEngine(), 'u', { from: nothingYet, operations: 10, perform: lost })).toMatchObject({
      end: 'failed',
      code: 'USER_LOST',
    });
    const down = async (): Promise<StepOutcome> => ({ end: 'wait', code: 'BOX_UNREACHABLE', calls: 1 });
    const ended = await runChain(new RememberingEngine(), 'u', { from: nothingYet, operations: 1_000, perform: down });
    expect(ended).toMatchObject({ end: 'failed', code: 'BOX_UNREACHABLE' });
    expect(ended.state.tally.waitedSeconds).toBeGreaterThan(2_400);
  });

  it('that is begun again keeps nothing of what was written and counted before, and counts its calls and waits on', async () => {
    const script: readonly StepOutcome[] = [
      { end: 'more', cursor: true, calls: 3, counts: { seen: 2 }, parts: { rows: 2 } },
      { end: 'wait', seconds: 9, calls: 1 },
      { end: 'again', calls: 1 },
      { end: 'more', cursor: true, calls: 3, counts: { seen: 5 }, parts: { rows: 5 } },
      { end: 'done', calls: 1, counts: { seen: 1 }, parts: { rows: 1 } },
    ];
    const begun: ChainState[] = [];
    const perform = async (state: ChainState): Promise<StepOutcome> => {
      begun.push(state);
      return script[state.step] ?? { end: 'failed', calls: 0 };
    };
    const { end, state } = await runChain(new RememberingEngine(), 'u', { from: nothingYet, operations: 100, perform });
    expect(begun.map(({ cursor, isSecond }) => [cursor, isSecond ?? false])).toEqual([
      [undefined, false],
      [0, false],
      [0, false],
      [undefined, true],
      [3, true],
    ]);
    expect({ end, ...state }).toMatchObject({ end: 'done', parts: { rows: [3, 4] } });
    expect(state.tally).toEqual({ calls: 9, waits: 1, waitedSeconds: 9, counts: { seen: 6 } });
  });
});
