import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, mint } from '../sandbox/box/http/box-http.ts';
import type { AppSettings } from '../sandbox/box/tokens/app-settings.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { altered } from './altered.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

/** One job that runs as the service account, and one as a user. */
let stage: StageAssembly;
beforeAll(async () => {
  const jobs = { 'grant-check': true, 'storage-report': true, 'folder-inventory': true };
  stage = await stageWith({ settings: { inventoryUser: '11000001' }, jobs });
});
afterAll(() => stage[Symbol.asyncDispose]());

const open = (appSettings: Partial<AppSettings> = {}) => openSandbox({ assembly: stage.folder, box: { users: 30, appSettings } });
const refusals = (sandbox: Sandbox) =>
  sandbox.aws
    .metrics()
    .filter(({ name }) => name === 'GrantRefused')
    .map(({ value }) => value);
const mints = (sandbox: Sandbox) => sandbox.box.journal.entries.filter(({ path }) => path === '/oauth2/token').length;

const first = '11000001';

/** The first user of the enterprise is deactivated. */
async function leave({ box }: Sandbox): Promise<void> {
  await call(box, await mint(box), 'PUT', `/2.0/users/${first}`, { status: 'inactive' });
}

describe('the grant check', () => {
  it('mints afresh as each kind of subject, every time, whatever is cached', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    expect(await sandbox.run('grant-check', new Date('2026-11-22T01:00:00Z'))).toMatchObject({ payload: { checked: 2, refused: 0 } });
    const first = mints(sandbox);
    await sandbox.run('grant-check', new Date('2026-11-22T02:00:00Z'));
    expect(mints(sandbox) - first).toBe(2);
    expect(refusals(sandbox)).toEqual([0, 0]);
  });

  it('turns a refusal into a diagnosis and into the metric that the alarm watches', async () => {
    await using sandbox = await open({ userTokens: false });
    await sandbox.putSecret();
    expect(await sandbox.run('grant-check')).toMatchObject({ payload: { checked: 2, refused: 1 } });
    const logs = sandbox.aws.logs(sandbox.functionName('grant-check')).join('\n');
    expect(logs).toContain('Generate user access tokens');
    expect(logs).toContain('invalid_grant');
    expect(refusals(sandbox)).toEqual([1]);
  });

  it('skips inactive users when it looks for one to check with', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    await leave(sandbox);
    expect(await sandbox.run('grant-check')).toMatchObject({ payload: { checked: 2, refused: 0 } });
  });

  it('checks with the user whom the stage names in grantCheckUser', async () => {
    await using assembly = await altered(stage.folder, ({ Resources }) => {
      for (const { Properties } of Object.values(Resources)) {
        const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, string> };
        if (Variables?.SUBJECT_TYPES_IN_USE) Variables.NIGHTPORTER_SETTINGS = JSON.stringify({ grantCheckUser: first });
      }
    });
    await using sandbox = await openSandbox({ assembly: assembly.folder, box: { users: 30 } });
    await sandbox.putSecret();
    await leave(sandbox);
    expect(await sandbox.run('grant-check')).toMatchObject({ payload: { checked: 2, refused: 1 } });
    expect(sandbox.box.journal.entries.filter(({ path }) => path === '/2.0/users')).toEqual([]);
  });

  it('says so when the service account itself is refused', async () => {
    await using sandbox = await open({ authorized: false });
    await sandbox.putSecret();
    expect(await sandbox.run('grant-check')).toMatchObject({ payload: { checked: 1, refused: 1 } });
    expect(refusals(sandbox)).toEqual([1]);
  });
});
