import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApprovalOptions, awaitApproval } from '../../../../lib/run/approval/await-approval.ts';
import { type Decision, decide, type RunName } from '../../../../lib/run/approval/decisions.ts';
import { plansWaiting, putWaiting, type Waiting, waitingOf } from '../../../../lib/run/approval/waiting.ts';
import { getPlan, type PlanReference, putPlan } from '../../../../lib/run/plan/plan-store.ts';
import { setStopped } from '../../../../lib/run/switches.ts';
import { plainPage } from '../../sink/open-report.ts';
import { somePlan } from '../plan/some-plan.ts';
import { diesAt, RememberingEngine } from '../remembering-engine.ts';
import { type StageOfPlans, stageOfPlans } from '../stage-of-plans.ts';

const day = 86_400;
const ada = 'arn:aws:sts::111122223333:assumed-role/Operator/ada';
const grace = 'arn:aws:sts::111122223333:assumed-role/Approver/grace';

let stage: StageOfPlans;
let plan: PlanReference;
let now = 1_000_000;
let runs = 0;
beforeAll(async () => {
  stage = await stageOfPlans();
  plan = await putPlan({ client: stage.s3, bucket: stage.bucket }, somePlan(), plainPage);
});
afterAll(() => stage[Symbol.asyncDispose]());

function options(name: RunName, more: Partial<ApprovalOptions> = {}): ApprovalOptions {
  const { dynamodb: client, runsTable, decisionsTable, s3, bucket } = stage;
  const reread = () => getPlan({ client: s3, bucket }, more.plan ?? plan);
  return {
    client,
    runsTable,
    decisionsTable,
    name,
    plan,
    excess: undefined,
    startedBy: ada,
    waitSeconds: day,
    reread,
    now: () => now,
    ...more,
  };
}

/** What the approvals function writes when it has nothing against it. */
async function answer(name: RunName, more: Partial<Decision> = {}): Promise<void> {
  const waiting = await waitingOf(stage.dynamodb, stage.runsTable, name);
  if (!waiting) throw new Error('No plan waits.');
  const { sha256, versionId } = waiting;
  const decision: Decision = {
    verdict: 'approved',
    sha256,
    versionId,
    by: grace,
    reason: 'Checked.',
    at: now,
    until: now + day * 1000,
    ...more,
  };
  await decide(stage.dynamodb, stage.decisionsTable, name, decision);
}

const newRun = (): RunName => ({ job: 'open-shared-links', run: `run-${++runs}` });

describe('a plan', () => {
  it('waits where people find it, until somebody approves it', async () => {
    const name = newRun();
    let seen: readonly Waiting[] = [];
    const onBell = async () => {
      seen = await plansWaiting(stage.dynamodb, stage.runsTable, name.job);
      await answer(name);
    };
    const until = await awaitApproval(new RememberingEngine({ onBell }), options(name));
    expect(seen).toMatchObject([
      { ...name, ...plan, startedBy: ada, until: now + day * 1000, callbackId: expect.stringContaining('callback') },
    ]);
    expect(until).toBe(now + day * 1000);
    expect(await plansWaiting(stage.dynamodb, stage.runsTable, name.job)).toEqual([]);
  });

  it('is found beside however many others, of which DynamoDB tells a megabyte at a time', async () => {
    const job = 'of-many-plans';
    const waiting = { ...plan, job, startedBy: ada, until: now + day * 1000, callbackId: 'callback', key: 'k'.repeat(300_000) };
    for (const since of [1, 2, 3, 4, 5]) await putWaiting(stage.dynamodb, stage.runsTable, { ...waiting, run: `run-${since}`, since });
    expect((await plansWaiting(stage.dynamodb, stage.runsTable, job)).map(({ run }) => run)).toHaveLength(5);
  });

  it('that is rejected is not applied', async () => {
    const name = newRun();
    const engine = new RememberingEngine({ onBell: () => answer(name, { verdict: 'rejected', by: ada }) });
    expect(await awaitApproval(engine, options(name))).toBeUndefined();
  });

  it('goes on waiting for as long as is left, when somebody rings the bell without a decision', async () => {
    const name = newRun();
    const waits: number[] = [];
    const onBell = async (_: string, seconds: number) => {
      waits.push(seconds);
      now += 3_600_000;
      if (waits.length === 3) await answer(name);
    };
    expect(await awaitApproval(new RememberingEngine({ onBell }), options(name))).toBeDefined();
    expect(waits).toEqual([day, day - 3600, day - 7200]);
  });

  it('that nobody decides on in time is over', async () => {
    const name = newRun();
    const onBell = (_: string, seconds: number) => {
      now += seconds * 1000;
    };
    const refused = expect.objectContaining({ code: 'APPROVAL_EXPIRED' });
    await expect(awaitApproval(new RememberingEngine({ onBell }), options(name))).rejects.toThrow(refused);
    expect(await plansWaiting(stage.dynamodb, stage.runsTable, name.job)).toEqual([]);
  });

  it.each<[string, string, Partial<Decision>, Partial<ApprovalOptions>]>([
    ['by the one who started the run', 'APPROVAL_REFUSED', { by: ada }, {}],
    ['of another hash', 'APPROVAL_REFUSED', { sha256: 'cd' }, {}],
    ['of another version', 'APPROVAL_REFUSED', { versionId: 'v2' }, {}],
    ['after its time', 'APPROVAL_EXPIRED', { at: Number.MAX_SAFE_INTEGER }, {}],
    [
      'without its number of actions, where it is beyond its limits',
      'PLAN_TOO_LARGE',
      {},
      { excess: 'it has 3 actions, and its limit is 2' },
    ],
  ])('is not applied on a decision %s, even if that was written', async (_, code, decision, more) => {
    const name = newRun();
    const engine = new RememberingEngine({ onBell: () => answer(name, decision) });
    await expect(awaitApproval(engine, options(name, more))).rejects.toThrow(expect.objectContaining({ code }));
  });

  it('that was edited after its approval is not applied', async () => {
    const name = newRun();
    const put = { Bucket: stage.bucket, Key: plan.key, Body: 'edited' };
    const { VersionId: versionId = '' } = await stage.s3.send(new PutObjectCommand(put));
    const engine = new RememberingEngine({ onBell: () => answer(name) });
    // As if that version's own bytes had been changed, which S3 does not let anybody do.
    await expect(awaitApproval(engine, options(name, { plan: { ...plan, versionId } }))).rejects.toThrow(
      expect.objectContaining({ code: 'PLAN_INVALID' }),
    );
  });

  it('of a run that was stopped while it waited is not applied', async () => {
    const name = newRun();
    const onBell = () => setStopped(stage.dynamodb, stage.runsTable, name, { by: ada, at: now, reason: 'Wrong week.' });
    await expect(awaitApproval(new RememberingEngine({ onBell }), options(name))).rejects.toThrow(
      expect.objectContaining({ code: 'RUN_STOPPED' }),
    );
  });

  it('is approved once and for all, wherever the process dies', async () => {
    const moments: string[] = [];
    const first = newRun();
    await awaitApproval(new RememberingEngine({ onBell: () => answer(first), at: (moment) => void moments.push(moment) }), options(first));
    expect(moments.length).toBeGreaterThan(8);
    for (const point of moments) {
      const name = newRun();
      const engine = diesAt(point).engine({ onBell: () => answer(name) });
      const { result, invocations } = await engine.toTheEnd((each) => awaitApproval(each, options(name)));
      expect({ point, approved: result !== undefined, invocations }).toEqual({ point, approved: true, invocations: 2 });
    }
  });

  it('leaves no name and no login in the history', async () => {
    const name = newRun();
    const engine = new RememberingEngine({ onBell: () => answer(name, { reason: 'CANARY' }) });
    await awaitApproval(engine, options(name));
    const history = JSON.stringify([...engine.history]);
    for (const canary of ['CANARY', 'ada', 'grace', 'Report 1.pdf']) expect(history).not.toContain(canary);
  });
});
