import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decision, decide, decisionOn } from '../../../../lib/run/approval/decisions.ts';
import { type StageOfPlans, stageOfPlans } from '../stage-of-plans.ts';

let stage: StageOfPlans;
beforeAll(async () => {
  stage = await stageOfPlans();
});
afterAll(() => stage[Symbol.asyncDispose]());

const decision = (by: string, more: Partial<Decision> = {}): Decision => ({
  verdict: 'approved',
  sha256: 'ab',
  versionId: 'v1',
  by,
  reason: 'Checked.',
  at: 1000,
  until: 2000,
  ...more,
});

describe('the decision on a plan', () => {
  it('is that of exactly one of twenty who decide at once', async () => {
    const { dynamodb, decisionsTable } = stage;
    const name = { job: 'job', run: 'twenty' };
    const all = Array.from({ length: 20 }, (_, index) => decision(`person-${index}`, { verdict: index % 2 ? 'approved' : 'rejected' }));
    const written = await Promise.all(all.map((each) => decide(dynamodb, decisionsTable, name, each)));
    expect(written.filter(Boolean)).toHaveLength(1);
    expect(await decisionOn(dynamodb, decisionsTable, name)).toEqual(all[written.indexOf(true)]);
  });

  it('is never changed by a second one, be it by the same person', async () => {
    const { dynamodb, decisionsTable } = stage;
    const name = { job: 'job', run: 'second' };
    expect(await decide(dynamodb, decisionsTable, name, decision('ada'))).toBe(true);
    expect(await decide(dynamodb, decisionsTable, name, decision('ada', { verdict: 'rejected', at: 1001 }))).toBe(false);
    expect(await decisionOn(dynamodb, decisionsTable, name)).toEqual(decision('ada'));
  });

  it('stands when the answer to its write was lost and the write was repeated', async () => {
    const { dynamodb, decisionsTable, aws } = stage;
    aws.faults.once({ service: 'dynamodb', action: 'dynamodb:PutItem' }, { kind: 'answerLost' });
    expect(await decide(dynamodb, decisionsTable, { job: 'job', run: 'lost' }, decision('ada'))).toBe(true);
  });

  it('is none for another run, nor for another job with a run of that name', async () => {
    const { dynamodb, decisionsTable } = stage;
    expect(await decisionOn(dynamodb, decisionsTable, { job: 'job', run: 'another' })).toBeUndefined();
    expect(await decisionOn(dynamodb, decisionsTable, { job: 'another', run: 'second' })).toBeUndefined();
  });
});
