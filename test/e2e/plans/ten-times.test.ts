import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { knock } from '../knock.ts';
import type { RoundsAssembly } from '../rounds/stage-of-rounds.ts';
import { bookOf, changesIn, job, openCompany, openLinks, stageThatChanges, waitingPlan } from './changes.ts';

const limits = { actions: 2, share: 1 };

let enforce: RoundsAssembly;
let approve: RoundsAssembly;
beforeAll(async () => {
  [enforce, approve] = await Promise.all([stageThatChanges('enforce', { limits }), stageThatChanges('approve', { limits })]);
}, 120_000);
afterAll(() => Promise.all([enforce, approve].map((each) => each?.[Symbol.asyncDispose]())));

const company = (assembly: RoundsAssembly): Promise<Sandbox> => openCompany(assembly, { users: 24 });

/** How many links are open: ten times as many as the limit lets a plan have. */
function open(sandbox: Sandbox): number {
  const { length } = openLinks(sandbox);
  expect(length).toBeGreaterThanOrEqual(10 * limits.actions);
  return length;
}

/** The plan says its size for programs, and its page for people. */
async function expectToBeRead(sandbox: Sandbox, actions: number): Promise<void> {
  const [page = '', plan = ''] = await sandbox.reportKeys('plans/');
  const read = async (key: string) => Buffer.from(await sandbox.readReport(key)).toString();
  const [head = '', ...lines] = (await read(plan)).trimEnd().split('\n');
  expect(JSON.parse(head)).toMatchObject({ actions, limits });
  expect(lines).toHaveLength(actions);
  expect(await read(page)).toContain(`This plan is larger than its limits: it has ${actions} actions, and its limit is ${limits.actions}.`);
}

it('a plan of ten times what its limit lets it have is not applied in the mode enforce: it is there to be read, and the error says what to do', async () => {
  await using sandbox = await company(enforce);
  const actions = open(sandbox);
  const { outcome, payload } = await sandbox.run(job);
  const sentence = new RegExp(`raise its limits in cdk.json.* it has ${actions} actions, and its limit is ${limits.actions}`);
  expect({ outcome, payload }).toMatchObject({
    outcome: 'error',
    payload: { errorType: 'PLAN_TOO_LARGE', errorMessage: expect.stringMatching(sentence) },
  });
  expect(changesIn(sandbox)).toBe(0);
  expect(await bookOf(sandbox, 'ledger.ndjson')).toBeUndefined();
  await expectToBeRead(sandbox, actions);
}, 60_000);

it('in the mode approve it waits, whoever approves it without its number, or by another, is told and nothing is done; by its number it is applied', async () => {
  await using sandbox = await company(approve);
  const actions = open(sandbox);
  const ended = sandbox.run(job);
  const { run, sha256, versionId, excess } = await waitingPlan(sandbox);
  expect(excess).toBe(`it has ${actions} actions, and its limit is ${limits.actions}`);
  await expectToBeRead(sandbox, actions);
  const approval = (number: object) =>
    knock(sandbox, 'Approvals', { verdict: 'approved', job, run, sha256, versionId, reason: 'Agreed', ...number });
  const message = expect.stringMatching(`--actions: it has ${actions} actions`);
  expect(await approval({})).toMatchObject({ status: 409, answer: { error: { code: 'PLAN_TOO_LARGE', message } } });
  const other = expect.stringMatching(`it has ${actions} actions, and the approval names ${limits.actions}`);
  expect(await approval({ actions: limits.actions })).toMatchObject({
    status: 409,
    answer: { error: { code: 'APPROVAL_REFUSED', message: other } },
  });
  expect(changesIn(sandbox)).toBe(0);
  expect(await approval({ actions })).toMatchObject({ status: 200, answer: { verdict: 'approved' } });
  expect(await ended).toMatchObject({ outcome: 'response', payload: { planned: actions, applied: actions } });
  expect(openLinks(sandbox)).toEqual([]);
  expect(changesIn(sandbox)).toBe(actions);
}, 60_000);
