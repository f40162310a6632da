import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asUserOff } from '../../lib/token/causes.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { activeUsers, marksIn, openRounds } from './rounds/rounds.ts';
import { type RoundsAssembly, stageOfRounds } from './rounds/stage-of-rounds.ts';

let assembly: RoundsAssembly;
let sandbox: Sandbox;
beforeAll(async () => {
  assembly = await stageOfRounds({ 'greet-one': true, 'greet-each': true }, join(import.meta.dirname, 'as-user'));
  sandbox = await openRounds(assembly.folder, { users: 40 });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await assembly[Symbol.asyncDispose]();
});

const grants = () => sandbox.box.journal.entries.filter(({ path }) => path === '/oauth2/token');
const greetings = () => sandbox.box.journal.entries.filter(({ method, path }) => method === 'POST' && path === '/2.0/folders');

describe('a job that is a user through the service account', () => {
  it.each([
    ['greet-one', () => ['11000001']],
    ['greet-each', () => activeUsers(sandbox)],
  ] as const)(
    '%s: names each user in the header of each call, and never asks for a token but that of the service account',
    async (job, whom) => {
      sandbox.box.journal.clear();
      expect(await sandbox.run(job)).toMatchObject({ outcome: 'response' });
      const users = whom().toSorted();
      expect(
        greetings()
          .map(({ asUser }) => asUser ?? 'nobody')
          .toSorted(),
      ).toEqual(users);
      expect(greetings().every(({ asUser, subject, status }) => subject === asUser && status === 201)).toBe(true);
      expect([...marksIn(sandbox).keys()].toSorted()).toEqual(users);
      expect(grants().length).toBeGreaterThan(0);
      expect(new Set(grants().map(({ subject }) => subject))).toEqual(new Set([sandbox.box.enterprise.serviceAccount.id]));
      const granted = new Set(grants().map(({ tokenFingerprint }) => tokenFingerprint));
      expect(greetings().filter(({ tokenFingerprint }) => !granted.has(tokenFingerprint))).toEqual([]);
    },
  );

  it.each([
    ['greet-one', 'BOX_REQUEST_FAILED', () => sandbox.functionName('greet-one')],
    ['greet-each', 'TOO_MANY_FAILED', () => sandbox.shardsOf('greet-each')],
  ])('%s: fails and says which switch of the app is off, where it is', async (job, errorType, logging) => {
    sandbox.box.app.change({ asUser: false });
    sandbox.box.tokens.revokeAll();
    sandbox.box.journal.clear();
    expect(await sandbox.run(job, new Date('2026-11-22T02:00:00Z'))).toMatchObject({ outcome: 'error', payload: { errorType } });
    expect(sandbox.aws.logs(logging()).join('\n').replaceAll('\\', '')).toContain(`"reason":"${asUserOff.nextStep.slice(0, -1)}`);
    expect(greetings().map(({ status }) => status)).toContain(403);
    expect(marksIn(sandbox).size).toBe(0);
    expect(new Set(grants().map(({ subject }) => subject))).toEqual(new Set([sandbox.box.enterprise.serviceAccount.id]));
  });
});
