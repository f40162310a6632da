import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type CrashedRun, CrashStage } from './crash-schedule.ts';
import { activeUsers, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

let assembly: RoundsAssembly;
let sandbox: Sandbox;
let stage: CrashStage;
let whole: CrashedRun;
const hooks = { onExchange: () => {} };
const users = 6;

beforeAll(async () => {
  assembly = await stageOfRounds({ 'mark-users': true });
  sandbox = await openRounds(assembly.folder, { users, onExchange: () => hooks.onExchange() });
  stage = new CrashStage(sandbox, hooks);
  whole = await stage.run([]);
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await assembly[Symbol.asyncDispose]();
});

/** The same users, each marked once, and the same rows, as in a night without trouble. */
function expectSame(run: CrashedRun, name: string): void {
  expect({ name, outcome: run.outcome, rows: run.rows }).toEqual({ name, outcome: 'response', rows: whole.rows });
  expect([...run.marks.keys()].sort(), name).toEqual([...activeUsers(sandbox)].sort());
  expect([...run.marks.values()].every(({ length }) => length === 1)).toBe(true);
}

describe('a run goes on where it stopped', () => {
  it('killed at any of its requests to Box, coordinator and shards alike', async () => {
    expectSame(whole, 'whole');
    for (let at = 1; at <= users; at++) {
      const run = await stage.run([
        { at, victim: 'coordinator' },
        { at, victim: 'shard' },
      ]);
      expect(run.kills).toBeGreaterThan(0);
      expectSame(run, `killed at ${at}`);
    }
  });

  it('when what it did is applied and the answer is lost: at Box, and at each kind of write', async () => {
    const lostAtBox = () => sandbox.box.faults.once({ method: 'POST', path: '/2.0/folders', nth: 3 }, { kind: 'resetAfterApply' });
    expectSame(await stage.run([], lostAtBox), 'folder');
    // The first update is the claim: whoever finds it taken must know that it was taken by this very run.
    const writes = ['dynamodb:UpdateItem', 'dynamodb:PutItem', 's3:PutObject', 'lambda:CheckpointDurableExecution'];
    for (const action of writes) {
      for (const nth of [1, 2]) {
        expectSame(await stage.run([], () => sandbox.aws.faults.once({ action, nth }, { kind: 'answerLost' })), `${action} ${nth}`);
      }
    }
  });

  it('after Box was down for ten minutes', async () => {
    const startedAt = sandbox.aws.now();
    const run = await stage.run([], () => {
      sandbox.box.faults.always({ path: /^\/2\.0\// }, { kind: 'status', status: 503, headers: { 'retry-after': '60' } });
      const { onExchange } = hooks;
      hooks.onExchange = () => {
        onExchange();
        if (sandbox.aws.now() - startedAt > 600_000) sandbox.box.faults.clear();
      };
    });
    expect(sandbox.aws.now() - startedAt).toBeGreaterThan(600_000);
    expectSame(run, 'outage');
  });

  it('with new credentials, when the old ones were reset in the middle', async () => {
    let seen = 0;
    let resetAt = 0;
    let isPut = false;
    const run = await stage.run([], () => {
      const { onExchange } = hooks;
      sandbox.box.tokens.revokeAll();
      hooks.onExchange = () => {
        onExchange();
        // A refused list of users, a token, the list: from now on it is the users' own tokens that Box refuses.
        if (++seen === 3) {
          sandbox.box.app.resetSecret('another-secret');
          resetAt = sandbox.aws.now();
        }
        if (resetAt === 0 || isPut || sandbox.aws.now() - resetAt < 300_000) return;
        isPut = true;
        void sandbox.putSecret();
      };
    });
    expect(isPut).toBe(true);
    expectSame(run, 'rotation');
  });

  it('with new credentials, when the old ones were reset just after the app had been granted something and one user refused', async () => {
    const [gone = '', ...others] = activeUsers(sandbox);
    sandbox.box.tokens.revokeAll();
    const from = sandbox.box.journal.entries.length;
    let refusals = 0;
    let resetAt = 0;
    let isPut = false;
    const run = await stage.run([], () => {
      const { onExchange } = hooks;
      sandbox.box.tokens.revokeAll();
      hooks.onExchange = () => {
        onExchange();
        const entries = sandbox.box.journal.entries.slice(from);
        if (entries.some(({ path, status }) => path === '/2.0/users' && status === 200))
          sandbox.box.enterprise.change(gone, { status: 'inactive' });
        // Of this one user alone so far: when the step got no token, and once more to be sure of it.
        refusals = entries.filter(({ path, status }) => path === '/oauth2/token' && status === 400).length;
        if (refusals >= 2 && resetAt === 0) {
          sandbox.box.app.resetSecret('a-third-secret');
          sandbox.box.tokens.revokeAll();
          resetAt = sandbox.aws.now();
        }
        if (resetAt === 0 || isPut || sandbox.aws.now() - resetAt < 300_000) return;
        isPut = true;
        void sandbox.putSecret();
      };
    });
    sandbox.box.enterprise.change(gone, { status: 'active' });
    expect(isPut).toBe(true);
    expect(run).toMatchObject({ outcome: 'response', payload: { failed: 1, done: others.length } });
  });

  it('without a user whom Box refuses since, and says so', async () => {
    const [gone = ''] = activeUsers(sandbox);
    const run = await stage.run([], () => {
      const { onExchange } = hooks;
      const began = sandbox.box.journal.entries.length;
      hooks.onExchange = () => {
        onExchange();
        const isListed = sandbox.box.journal.entries.slice(began).some(({ path, status }) => path === '/2.0/users' && status === 200);
        if (isListed) sandbox.box.enterprise.change(gone, { status: 'inactive' });
      };
      sandbox.box.tokens.revokeAll();
    });
    expect(run).toMatchObject({ outcome: 'response', payload: { failed: 1, done: whole.marks.size - 1 } });
    expect(run.marks.has(gone)).toBe(false);
    expect([...run.marks.values()].every(({ length }) => length === 1)).toBe(true);
  });
});
