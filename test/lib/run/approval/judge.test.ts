import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../../lib/run/approval/decisions.ts';
import { judge, type Question } from '../../../../lib/run/approval/judge.ts';

const question: Question = {
  sha256: 'ab',
  versionId: 'v1',
  actions: 12,
  incomplete: 0,
  startedBy: 'scheduler',
  until: 10_000,
};
const decision: Decision = {
  verdict: 'approved',
  sha256: 'ab',
  versionId: 'v1',
  by: 'arn:aws:sts::111122223333:assumed-role/Approver/grace',
  reason: 'Checked.',
  at: 5_000,
  until: 20_000,
};
const large = { excess: 'it has 1200 actions, and its limit is 100', actions: 1200 };

const judged = (asked: Partial<Question>, decided: Partial<Decision>, now = 6_000) =>
  judge({ ...question, ...asked }, { ...decision, ...decided }, now);

describe('an approval', () => {
  it('opens the way for that plan, by somebody else, in time', () => {
    expect(() => judged({}, {})).not.toThrow();
    expect(() => judged({ startedBy: 'arn:aws:sts::111122223333:assumed-role/Operator/ada' }, {})).not.toThrow();
    expect(() => judged(large, { actions: 1200 })).not.toThrow();
  });

  it.each([
    ['for a plan with another hash', {}, { sha256: 'cd' }, 'APPROVAL_REFUSED', /^Look at the plan that waits/],
    ['for another version of the file', {}, { versionId: 'v2' }, 'APPROVAL_REFUSED', /^Look at the plan that waits/],
    ['by the one who started the run', { startedBy: decision.by }, {}, 'APPROVAL_REFUSED', /^Ask somebody else/],
    ['of a run that nobody knows the starter of', { startedBy: 'unknown' }, {}, 'APPROVAL_REFUSED', /^Ask somebody else/],
    ['of an incomplete plan', { incomplete: 1 }, { actions: 12 }, 'PLAN_INCOMPLETE', /incomplete plan/],
    ['of a plan beyond its limits that names no number', large, {}, 'PLAN_TOO_LARGE', /--actions: it has 1200 actions/],
    [
      'of a plan beyond its limits that names another number',
      large,
      { actions: 1199 },
      'APPROVAL_REFUSED',
      /it has 1200 actions, and the approval names 1199/,
    ],
    ['that came too late', {}, { at: 10_001 }, 'APPROVAL_EXPIRED', /time to decide/],
  ] as const)('%s is refused with one clear sentence', (_, asked, decided, code, sentence) => {
    const refused = expect.objectContaining({ code, message: expect.stringMatching(sentence) });
    expect(() => judged(asked, decided)).toThrow(refused);
    try {
      judged(asked, decided);
    } catch (error) {
      expect((error as Error).message).toMatch(/^[A-Z][^.]*(\d\.\d[^.]*)*\.$/);
    }
  });

  it('holds until its time is over, and no longer', () => {
    expect(() => judged({}, {}, 20_000)).not.toThrow();
    expect(() => judged({}, {}, 20_001)).toThrow(expect.objectContaining({ code: 'APPROVAL_EXPIRED' }));
  });
});

describe('a rejection', () => {
  it('is anybody’s, also of the one who started the run, but of that plan alone', () => {
    expect(() => judged({ startedBy: decision.by, ...large, incomplete: 1 }, { verdict: 'rejected' })).not.toThrow();
    expect(() => judged({}, { verdict: 'rejected', sha256: 'cd' })).toThrow(expect.objectContaining({ code: 'APPROVAL_REFUSED' }));
  });
});
