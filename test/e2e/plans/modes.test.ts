import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { knock } from '../knock.ts';
import type { RoundsAssembly } from '../rounds/stage-of-rounds.ts';
import { bookOf, changesIn, job, openCompany, openLinks, stageThatChanges, waitingPlan } from './changes.ts';

let report: RoundsAssembly;
let enforce: RoundsAssembly;
let small: RoundsAssembly;
beforeAll(async () => {
  report = await stageThatChanges('report');
  enforce = await stageThatChanges('enforce');
  small = await stageThatChanges('enforce', { limits: { actions: 2, share: 1 } });
}, 120_000);
afterAll(() => Promise.all([report, enforce, small].map((each) => each[Symbol.asyncDispose]())));

describe('a job that changes things', () => {
  it('in the mode report writes its plan and its page, and touches nothing', async () => {
    await using sandbox = await openCompany(report);
    const open = openLinks(sandbox);
    expect(open.length).toBeGreaterThan(2);
    const { outcome, payload } = await sandbox.run(job);
    expect({ outcome, payload }).toMatchObject({ outcome: 'response', payload: { planned: open.length } });
    expect(changesIn(sandbox)).toBe(0);
    expect(openLinks(sandbox)).toEqual(open);
    const keys = await sandbox.reportKeys('plans/');
    expect(keys.map((key) => key.split('/').at(-1))).toEqual(['plan.html', 'plan.ndjson']);
    const [, ...actions] = Buffer.from(await sandbox.readReport(keys[1] ?? ''))
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(actions.map(({ item }) => item.id).toSorted()).toEqual(open);
  });

  it('in the mode enforce applies its plan and keeps the book', async () => {
    await using sandbox = await openCompany(enforce);
    const open = openLinks(sandbox);
    expect(await sandbox.run(job)).toMatchObject({ outcome: 'response', payload: { planned: open.length, applied: open.length } });
    expect(openLinks(sandbox)).toEqual([]);
    expect(changesIn(sandbox)).toBe(open.length);
    const book = await bookOf(sandbox, 'ledger.ndjson');
    expect(book).toHaveLength(open.length);
    expect(book?.every(({ outcome }) => outcome === 'done')).toBe(true);
    expect(await bookOf(sandbox, 'undo.ndjson')).toHaveLength(open.length);
    // Once more, there is nothing left to do.
    expect(await sandbox.run(job, new Date(Date.now() + 86_400_000))).toMatchObject({ payload: { planned: 0 } });
  });

  it('in the mode enforce applies its plan when S3 was away as it was to be read', async () => {
    await using sandbox = await openCompany(enforce);
    const open = openLinks(sandbox);
    for (let attempt = 1; attempt <= 4; attempt++)
      sandbox.aws.faults.once({ action: 's3:GetObjectVersion' }, { kind: 'error', status: 503 });
    expect(await sandbox.run(job)).toMatchObject({ outcome: 'response', payload: { applied: open.length } });
    expect(sandbox.aws.journal.calls({ action: 's3:GetObjectVersion' }).length).toBeGreaterThan(0);
  });

  it('that was given params of its own waits for somebody who approves them, in the mode enforce too', async () => {
    await using sandbox = await openCompany(enforce);
    const params = { rules: [{ do: 'remove' }], keep: [] };
    await knock(sandbox, 'Operations', { operation: 'run', job, id: 'by-hand', params });
    const { key, run } = await waitingPlan(sandbox);
    const [head = ''] = Buffer.from(await sandbox.readReport(key))
      .toString()
      .split('\n');
    expect(JSON.parse(head)).toMatchObject({ run, params });
    expect(changesIn(sandbox)).toBe(0);
    await knock(sandbox, 'Operations', { operation: 'stop', job, run, reason: 'Seen' });
  });

  it('with a plan beyond its limits changes nothing, in whatever mode, and leaves the plan to be read', async () => {
    await using sandbox = await openCompany(small);
    expect(await sandbox.run(job)).toMatchObject({ outcome: 'error', payload: { errorType: 'PLAN_TOO_LARGE' } });
    expect(changesIn(sandbox)).toBe(0);
    expect(await sandbox.reportKeys('plans/')).toHaveLength(2);
  });
});
