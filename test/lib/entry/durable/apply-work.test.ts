import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CallGate } from '../../../../lib/box/call-gate.ts';
import type { ChangingJob } from '../../../../lib/declare/job.ts';
import { applyWork } from '../../../../lib/entry/durable/apply-work.ts';
import type { DurableInvocation } from '../../../../lib/entry/durable/durable-handler.ts';
import type { Prepared } from '../../../../lib/entry/durable/prepare.ts';
import { createLog } from '../../../../lib/observe/log.ts';
import { callBudgets } from '../../../../lib/run/call-budgets.ts';
import { putPlan } from '../../../../lib/run/plan/plan-store.ts';
import { somePlan } from '../../run/plan/some-plan.ts';
import { RememberingEngine } from '../../run/remembering-engine.ts';
import { type StageOfPlans, stageOfPlans } from '../../run/stage-of-plans.ts';
import { plainPage } from '../../sink/open-report.ts';

const never = new AbortController().signal;
let stage: StageOfPlans;
beforeAll(async () => {
  stage = await stageOfPlans();
});
afterAll(() => stage[Symbol.asyncDispose]());

/** A container that has made calls already, on a clock that only waits move on; each action is one call of the service account. */
async function container() {
  let now = Date.now();
  const budgets = callBudgets({ now: () => now });
  const waits: number[] = [];
  const applied: number[] = [];
  const apply = async (context: { readonly gate: CallGate }) => {
    if (context.gate.admit(never, 'call')) throw new Error('It waits inside of the step.');
    applied.push(now);
    return { outcome: 'done', before: {}, after: {} };
  };
  const sessions = {
    budgetOf: () => 'enterprise',
    open: ({ gate }: { readonly gate: CallGate }) => ({ context: { gate }, close: async () => {} }),
  };
  const { s3, bucket, dynamodb: dynamo, runsTable: table } = stage;
  const log = createLog({ stage: 'dev', job: 'job', write: () => {} });
  const ready = { s3, bucket, dynamo, table, log, sessions, budgets } as unknown as Prepared;
  const onWait = (_: string, seconds: number): void => {
    waits.push(seconds);
    now += seconds * 1000;
  };
  return {
    budgets,
    waits,
    applied,
    /** A plan's part in an invocation of its own. */
    async part(id: string): Promise<unknown> {
      const { key, versionId, sha256, actions } = await putPlan({ client: s3, bucket }, somePlan(2, { run: id }), plainPage);
      const run = { id, job: 'open-shared-links', scheduledTime: '2026-11-22T02:00:00.000Z', attempt: 1 };
      const plan = { key, versionId, sha256, actions };
      const input = { run, plan, until: Number.MAX_SAFE_INTEGER, from: 1, failedInARow: 0, params: {} };
      const invocation = { engine: new RememberingEngine({ onWait }), remainingMs: () => 900_000 } as unknown as DurableInvocation;
      return applyWork({ timeoutMinutes: 15, apply } as unknown as ChangingJob, input, invocation, ready);
    },
  };
}

it('the parts of a plan go on with what their container has left of Box’s limit, whatever it has done before', async () => {
  const { budgets, part, waits, applied } = await container();
  for (let calls = 0; calls < 997; calls++) budgets.at('enterprise').admit(never, 'call');
  // It was one of four shards.
  budgets.share(4);
  await part('first');
  expect([applied.length, waits]).toEqual([2, []]);
  await part('second');
  expect([applied.length, waits]).toEqual([4, [61]]);
});

it('an action for which Box wants no calls waits outside of its step, at no cost, and looks in between whether it is stopped', async () => {
  const { budgets, part, waits, applied } = await container();
  budgets.at('enterprise').pause(700_000);
  await part('paused');
  expect([applied.length, waits]).toEqual([2, [300, 300, 100]]);
});
