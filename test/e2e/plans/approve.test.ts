import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemId, within } from '../../sandbox/box/enterprise/content-tree.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { knock } from '../knock.ts';
import type { RoundsAssembly } from '../rounds/stage-of-rounds.ts';
import { bookOf, changesIn, job, openCompany, openLinks, stageThatChanges, waitingPlan } from './changes.ts';

const hour = 3_600_000;

let assembly: RoundsAssembly;
beforeAll(async () => {
  assembly = await stageThatChanges('approve');
}, 120_000);
afterAll(() => assembly[Symbol.asyncDispose]());

const decide = (sandbox: Sandbox, { job, run, sha256, versionId }: Awaited<ReturnType<typeof waitingPlan>>, verdict = 'approved') =>
  knock(sandbox, 'Approvals', { verdict, job, run, sha256, versionId, reason: 'Agreed' });

const invocations = (sandbox: Sandbox) => sandbox.aws.metrics().filter(({ name }) => name === 'Invocations').length;

describe('a plan in the mode approve', () => {
  it('waits for days without an invocation, and is applied as it is once somebody approves it', async () => {
    await using sandbox = await openCompany(assembly);
    const open = openLinks(sandbox);
    const ended = sandbox.run(job);
    const waiting = await waitingPlan(sandbox);
    expect(waiting).toMatchObject({ startedBy: 'scheduler', actions: open.length });
    // The invocation that wrote it down has to end first.
    await sandbox.aws.advance(1);
    const before = invocations(sandbox);
    await sandbox.aws.advance(48 * hour);
    expect(invocations(sandbox)).toBe(before);
    expect(changesIn(sandbox)).toBe(0);
    expect(await decide(sandbox, waiting)).toMatchObject({ status: 200, answer: { verdict: 'approved', woken: true } });
    expect(await ended).toMatchObject({ outcome: 'response', payload: { planned: open.length, applied: open.length } });
    expect(openLinks(sandbox)).toEqual([]);
    expect(await bookOf(sandbox, 'ledger.ndjson')).toHaveLength(open.length);
    expect(await decide(sandbox, waiting)).toMatchObject({ status: 409, answer: { error: { code: 'APPROVAL_REFUSED' } } });
  });

  it('leaves alone what has changed since, and what somebody else has done', async () => {
    await using sandbox = await openCompany(assembly);
    const [first, second, ...others] = openLinks(sandbox);
    const ended = sandbox.run(job);
    const waiting = await waitingPlan(sandbox);
    for (const [id, access] of [
      [first, 'company'],
      [second, 'open'],
    ] as const)
      touch(sandbox, id ?? '', access);
    await decide(sandbox, waiting);
    expect(await ended).toMatchObject({ payload: { applied: others.length, already: 1, changed: 1 } });
    expect(openLinks(sandbox)).toEqual([second]);
  });

  it('that is rejected, or that nobody decides on, changes nothing', async () => {
    await using sandbox = await openCompany(assembly);
    const rejected = sandbox.run(job, new Date('2026-11-22T01:00:00Z'));
    await decide(sandbox, await waitingPlan(sandbox), 'rejected');
    expect(await rejected).toMatchObject({ outcome: 'response', payload: { rejected: 1 } });
    const late = sandbox.run(job, new Date('2026-11-23T01:00:00Z'));
    const waiting = await waitingPlan(sandbox);
    await sandbox.aws.advance(73 * hour);
    expect(await late).toMatchObject({ outcome: 'error', payload: { errorType: 'APPROVAL_EXPIRED' } });
    expect((await decide(sandbox, waiting)).status).toBe(409);
    expect(changesIn(sandbox)).toBe(0);
  });

  it('can’t be approved by the one who started the run, and goes on waiting', async () => {
    await using sandbox = await openCompany(assembly);
    await knock(sandbox, 'Operations', { operation: 'run', job, id: 'by-hand' });
    const waiting = await waitingPlan(sandbox);
    expect(await decide(sandbox, waiting)).toMatchObject({ status: 409, answer: { error: { code: 'APPROVAL_REFUSED' } } });
    expect(await waitingPlan(sandbox)).toMatchObject({
      run: waiting.run,
      startedBy: 'arn:aws:sts::000000000000:assumed-role/operator/desk',
    });
    expect(await knock(sandbox, 'Operations', { operation: 'stop', job, run: waiting.run, reason: 'Enough' })).toMatchObject({
      answer: { woken: true },
    });
    expect(changesIn(sandbox)).toBe(0);
  });
});

/** By somebody else, in Box: a link that is narrowed, or an item that gets another etag. */
function touch({ box }: Sandbox, id: string, access: 'open' | 'company'): void {
  const users = Array.from({ length: box.enterprise.users }, (_, nth) => box.enterprise.listed(nth));
  for (const user of users) {
    const item = [...within(box.enterprise.content(user).root)].find((each) => itemId(each) === id);
    if (!item?.more?.link) continue;
    item.more = { ...item.more, link: { ...item.more.link, access } };
    if (access === 'open') item.etag += 1;
  }
}
