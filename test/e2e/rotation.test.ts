import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

/** The stage "sandbox" waits for nothing; a stage that says nothing waits for twelve minutes. */
let stage: StageAssembly;
beforeAll(async () => {
  const jobs = { 'storage-report': true, 'folder-inventory': true };
  stage = await stageWith({ settings: { inventoryUser: '11000001' }, rotationGraceMinutes: 2, jobs });
});
afterAll(() => stage[Symbol.asyncDispose]());

describe("a client secret that is reset in Box's console", () => {
  it.each([
    ['service account', 'storage-report', 'invalid_client'],
    ['managed user', 'folder-inventory', 'invalid_grant'],
  ] as const)(
    'fails no run as a %s: %s, begun meanwhile and answered %s, waits for the new version, without a deploy',
    {
      timeout: 60_000,
    },
    async (_, job, deadPair) => {
      const box = { users: 20, contentFolders: 5, appSettings: { deadPair } };
      await using sandbox = await openSandbox({ assembly: stage.folder, box, aws: { now: Date.now, skipsWaits: true } });
      await sandbox.putSecret();
      await sandbox.run(job, new Date('2026-11-21T02:00:00Z'));
      sandbox.box.app.resetSecret('the-new-secret');
      sandbox.box.tokens.revokeAll();
      const pending = sandbox.run(job, new Date('2026-11-22T02:00:00Z'));
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await sandbox.putSecret();
      expect(await pending).toMatchObject({ outcome: 'response' });
      const suspected = sandbox.aws.metrics().filter(({ name }) => name === 'CredentialsSuspected');
      expect(suspected.length).toBeGreaterThanOrEqual(1);
    },
  );

  it('is no matter for a run whose token still lives', async () => {
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 20 } });
    await sandbox.putSecret();
    await sandbox.run('storage-report', new Date('2026-11-21T02:00:00Z'));
    sandbox.box.app.resetSecret('the-new-secret');
    expect(await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'))).toMatchObject({ outcome: 'response' });
  });
});
