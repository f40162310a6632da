import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { knock } from '../knock.ts';
import { CrashStage } from './crash-schedule.ts';
import { activeUsers, openRounds } from './rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './stage-of-rounds.ts';

let assembly: RoundsAssembly;
let sandbox: Sandbox;
let stage: CrashStage;
const hooks = { onExchange: () => {} };
vi.setConfig({ testTimeout: 60_000 });
beforeAll(async () => {
  assembly = await stageOfRounds({ 'mark-users': { params: { parts: 2 } }, 'look-at-roots': true });
  sandbox = await openRounds(assembly.folder, { users: 24, onExchange: () => hooks.onExchange() });
  stage = new CrashStage(sandbox, hooks);
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await assembly[Symbol.asyncDispose]();
});
beforeEach(() => {
  hooks.onExchange = () => {};
});

const foldersMade = () => sandbox.box.journal.effects.filter(({ action }) => action === 'ITEM_CREATE').length;

/** A run in the middle of which, when it has left so many folders, something happens once. */
async function runDuring(folders: number, happens: () => unknown) {
  const before = foldersMade();
  let happened: Promise<unknown> | undefined;
  const run = await stage.run([], () => {
    const { onExchange } = hooks;
    hooks.onExchange = () => {
      onExchange();
      if (foldersMade() - before >= folders) happened ??= Promise.resolve(happens());
    };
  });
  expect(happened).toBeDefined();
  await happened;
  return run;
}

describe('in the middle of a run', () => {
  it('all tokens are revoked: everybody is done, each part once', async () => {
    const everyone = activeUsers(sandbox);
    const { payload, marks } = await runDuring(9, () => sandbox.box.tokens.revokeAll());
    expect(payload).toMatchObject({ done: everyone.length, failed: 0 });
    expect([...marks.keys()].toSorted()).toEqual(everyone.toSorted());
    expect([...marks.values()].every(({ length }) => length === 2)).toBe(true);
  });

  it('the stage is paused: no step is begun until it goes on, and then everybody is done, each part once', async () => {
    const everyone = activeUsers(sandbox);
    const held: number[] = [];
    const { payload, marks } = await runDuring(9, async () => {
      await knock(sandbox, 'Operations', { operation: 'pause', reason: 'Box incident' });
      // What looked a moment ago would look again after five seconds; a new process looks at once.
      await sandbox.aws.kill(sandbox.shardsOf('mark-users'));
      for (let look = 0; look < 2; look++) {
        await setTimeout(300);
        held.push(foldersMade());
      }
      await knock(sandbox, 'Operations', { operation: 'resume', reason: 'Over' });
    });
    expect(held[1]).toBe(held[0]);
    expect(payload).toMatchObject({ done: everyone.length, failed: 0 });
    expect([...marks.keys()].toSorted()).toEqual(everyone.toSorted());
    expect([...marks.values()].every(({ length }) => length === 2)).toBe(true);
  });

  it('users are renamed, get another login, or are deleted: all but the deleted are done, who are counted by reason', async () => {
    const everyone = activeUsers(sandbox);
    const [renamed = '', gone = ''] = everyone.slice(-2);
    const { payload, marks } = await runDuring(5, () => {
      sandbox.box.enterprise.change(renamed, { name: 'Somebody Else', login: 'somebody.else@example.com' });
      const user = sandbox.box.enterprise.user(gone);
      if (user) sandbox.box.enterprise.remove(user);
    });
    expect(payload).toMatchObject({ done: everyone.length - 1, failed: 1 });
    expect([...marks.keys()].toSorted()).toEqual(everyone.filter((id) => id !== gone).toSorted());
  });
});

describe('a run that bears two failed users', () => {
  it('is done when Box refuses two, and failed when it refuses three', async () => {
    const { enterprise } = sandbox.box;
    const everyone = Array.from({ length: enterprise.users }, (_, nth) => enterprise.listed(nth).id);
    const refuse = (refused: number) => {
      for (const [nth, id] of everyone.entries()) enterprise.change(id, { status: nth < refused ? 'inactive' : 'active' });
    };
    refuse(2);
    const borne = { done: everyone.length - 2, failed: 2, looks: everyone.length - 2 };
    expect(await sandbox.run('look-at-roots')).toMatchObject({ outcome: 'response', payload: borne });
    refuse(3);
    const beyond = await sandbox.run('look-at-roots', new Date('2031-01-01T00:00:00Z'));
    expect(beyond).toMatchObject({ outcome: 'error', payload: { errorType: 'TOO_MANY_FAILED' } });
  });
});
