import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashOf } from '../../../../lib/run/plan/plan-file.ts';
import { getPlan, putPlan } from '../../../../lib/run/plan/plan-store.ts';
import { plainPage } from '../../sink/open-report.ts';
import { type StageOfPlans, stageOfPlans } from '../stage-of-plans.ts';
import { somePlan } from './some-plan.ts';

let stage: StageOfPlans;
beforeAll(async () => {
  stage = await stageOfPlans();
});
afterAll(() => stage[Symbol.asyncDispose]());

const store = () => ({ client: stage.s3, bucket: stage.bucket });
const refused = expect.objectContaining({ code: 'PLAN_INVALID' });

describe('a plan in S3', () => {
  it('is found by its version and comes back as it was made, its page beside it', async () => {
    const plan = somePlan(5);
    const reference = await putPlan(store(), plan, plainPage);
    expect(reference).toMatchObject({
      key: 'plans/open-shared-links/2026-11-22T020000Z/run-1/plan.ndjson',
      actions: 5,
      considered: 1000,
      incomplete: 0,
    });
    expect(await getPlan(store(), reference)).toEqual(plan);
    const page = await stage.s3.send(new GetObjectCommand({ Bucket: stage.bucket, Key: reference.key.replace('.ndjson', '.html') }));
    expect(page.ContentType).toBe('text/html; charset=utf-8');
    expect(await page.Body?.transformToString()).toContain(reference.sha256);
  });

  it('is still itself after somebody has put another one in its place', async () => {
    const reference = await putPlan(store(), somePlan(2), plainPage);
    await stage.s3.send(new PutObjectCommand({ Bucket: stage.bucket, Key: reference.key, Body: 'edited' }));
    expect((await getPlan(store(), reference)).actions).toHaveLength(2);
  });

  it('with another hash than it had is refused, whoever says which version it is', async () => {
    const reference = await putPlan(store(), somePlan(2), plainPage);
    const { VersionId: versionId = '' } = await stage.s3.send(
      new PutObjectCommand({ Bucket: stage.bucket, Key: reference.key, Body: 'edited' }),
    );
    await expect(getPlan(store(), { ...reference, versionId })).rejects.toThrow(refused);
    await expect(getPlan(store(), { ...reference, sha256: hashOf(Buffer.from('another')) })).rejects.toThrow(refused);
    await expect(getPlan(store(), { ...reference, versionId, sha256: hashOf(Buffer.from('edited')) })).rejects.toThrow(refused);
    await expect(getPlan(store(), { ...reference, versionId: 'none' })).rejects.toThrow(refused);
  });

  it('keeps to its folder, whatever a manual run is called', async () => {
    const { key } = await putPlan(store(), somePlan(1, { run: '../../reports/x' }), plainPage);
    expect(key).toBe('plans/open-shared-links/2026-11-22T020000Z/..%2F..%2Freports%2Fx/plan.ndjson');
  });

  it('that a crash made twice is the one that the second step returns', async () => {
    const first = await putPlan(store(), somePlan(1), plainPage);
    const second = await putPlan(store(), somePlan(2), plainPage);
    expect(second.versionId).not.toBe(first.versionId);
    expect((await getPlan(store(), second)).actions).toHaveLength(2);
  });
});
