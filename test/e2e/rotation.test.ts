import { describe, expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';
import { altered, type Template } from './altered.ts';

/** The stage "sandbox" waits for nothing; a stage that says nothing waits for twelve minutes. */
function withGrace(minutes: string): (template: Template) => void {
  return ({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type !== 'AWS::Lambda::Function') continue;
      const { Variables } = Properties.Environment as { Variables: Record<string, string> };
      if (Variables.BOX_SECRET_ARN) Variables.ROTATION_GRACE_MINUTES = minutes;
    }
  };
}

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
      await using assembly = await altered(inject('assembly'), withGrace('2'));
      await using sandbox = await openSandbox({
        assembly: assembly.folder,
        box: { users: 20, contentFolders: 5, appSettings: { deadPair } },
      });
      await sandbox.putSecret();
      await sandbox.run(job, new Date('2026-11-21T02:00:00Z'));
      sandbox.box.app.resetSecret('the-new-secret');
      sandbox.box.tokens.revokeAll();
      const pending = sandbox.run(job, new Date('2026-11-22T02:00:00Z'));
      await new Promise((resolve) => setTimeout(resolve, 2_000));
      await sandbox.putSecret();
      expect(await pending).toMatchObject({ outcome: 'response' });
      const suspected = sandbox.aws.metrics().filter(({ name }) => name === 'CredentialsSuspected');
      expect(suspected).toHaveLength(1);
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
