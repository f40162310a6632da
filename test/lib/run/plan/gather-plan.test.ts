import { expect, it } from 'vitest';
import { type Gathering, gatherPlan } from '../../../../lib/run/plan/gather-plan.ts';
import { writePlan } from '../../../../lib/run/plan/plan-file.ts';
import { noProgress } from '../../../../lib/run/progress.ts';
import { action } from './some-plan.ts';

function gathered(actions: number, more: Partial<Gathering> = {}) {
  const lines = Array.from({ length: actions }, (_, index) => `${JSON.stringify(action(index))}\n`).join('');
  const get = async (key: string) => (key.includes('owners') ? JSON.stringify([[0, actions]]) : lines);
  return gatherPlan({
    store: { get, put: async () => {} },
    progress: { all: async () => [{ shard: 1, execution: 1, ...noProgress, lines: { actions } }] },
    run: { id: 'r', job: 'j', scheduledTime: new Date(0), attempt: 1 },
    kinds: { remove: { effect: 'converging', label: 'Remove' } },
    limits: { actions: 1, share: 1 },
    params: {},
    considered: actions,
    failed: 0,
    ...more,
  });
}

it('a plan of any size is gathered, and refused for its size', async () => {
  const plan = await gathered(150_000);
  expect(plan.actions).toHaveLength(150_000);
  expect(() => writePlan(plan)).toThrow(expect.objectContaining({ code: 'PLAN_TOO_LARGE' }));
});

it('a plan says what its run was given, under its hash', async () => {
  const [plain, given] = await Promise.all([gathered(1), gathered(1, { params: { keep: [] } })]);
  expect(plain).not.toHaveProperty('params');
  expect(given).toMatchObject({ params: { keep: [] } });
  expect(writePlan(given).sha256).not.toBe(writePlan(plain).sha256);
});
