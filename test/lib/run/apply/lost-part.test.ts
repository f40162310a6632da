import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NightporterError } from '../../../../lib/errors.ts';
import { applyPart, type PartStart } from '../../../../lib/run/apply/apply-part.ts';
import { carryOut } from '../../../../lib/run/apply/carry-out.ts';
import { somePlan } from '../plan/some-plan.ts';
import { RememberingEngine } from '../remembering-engine.ts';
import { type StageOfPlans, stageOfPlans } from '../stage-of-plans.ts';
import { worldOf } from './world-of-links.ts';

let stage: StageOfPlans;
beforeAll(async () => {
  stage = await stageOfPlans();
});
afterAll(() => stage[Symbol.asyncDispose]());

describe('a part that is lost', () => {
  it('leaves what it did in the book, in the undo file and in the counts, and whose end nobody knows as such', async () => {
    const { links, options, read } = worldOf(stage, 6);
    const ledger = { ...options.ledger };
    // After Box has done the fifth, of the second part, nothing is written any more.
    ledger.end = (entry) => (entry.number === 5 ? Promise.reject(new Error('The process is gone.')) : options.ledger.end(entry));
    const part = async (start: PartStart) => {
      const lost = new NightporterError('SHARD_LOST', 'It is gone.');
      return applyPart(new RememberingEngine(), { ...options, ledger, ...start }).catch(() => Promise.reject(lost));
    };
    const noted: object[] = [];
    const note = async (counts: object) => void noted.push(counts);
    const carriedOut = carryOut(new RememberingEngine(), { ...options, part, note });
    await expect(carriedOut).rejects.toThrow(expect.objectContaining({ code: 'SHARD_LOST' }));
    expect(links.writes).toEqual(['501', '502', '503', '504', '505']);
    const book = (await read('ledger.ndjson'))?.map(({ number, outcome }) => [number, outcome]);
    expect(book).toEqual([...[1, 2, 3, 4].map((number) => [number, 'done']), [5, 'unknown']]);
    const undo = (await read('undo.ndjson'))?.map(({ number, set, isUnsure }) => [number, set, isUnsure]);
    expect(undo).toEqual([[5, null, true], ...[4, 3, 2, 1].map((number) => [number, { access: 'open' }, undefined])]);
    expect(noted).toEqual([{ done: 4, already: 0, changed: 0, failed: 0, unknown: 1 }]);
  });

  it('of more actions than S3 lists at once too', async () => {
    const { options, read } = worldOf(stage, 0);
    const entries = somePlan(520).actions.map(async (action, index) => {
      const start = { number: index + 1, action, at: '2026-11-22T02:00:00.000Z' };
      await options.ledger.begin(start);
      await options.ledger.end({ ...start, outcome: 'done', repeated: false });
    });
    await Promise.all(entries);
    const lost = () => Promise.reject(new Error('It is gone.'));
    await expect(carryOut(new RememberingEngine(), { ...options, part: lost, note: async () => {} })).rejects.toThrow('gone');
    expect((await read('ledger.ndjson'))?.map(({ number }) => number)).toEqual(Array.from({ length: 520 }, (_, nth) => nth + 1));
  });
});
