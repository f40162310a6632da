import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { typedWith } from '../infra/cli/typed.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const signatureKeys = { primary: 'the-first-key-of-the-app', secondary: 'the-second-key-of-the-app' };
const keysText = JSON.stringify({ primaryKey: signatureKeys.primary, secondaryKey: signatureKeys.secondary });

let stage: StageAssembly;
let sandbox: Sandbox;
beforeAll(async () => {
  stage = await stageWith({ settings: { archiveFolder: '1' }, webhooks: { 'archive-upload': true } });
  sandbox = await openSandbox({ assembly: stage.folder, box: { users: 5, contentFolders: 3, signatureKeys } });
}, 120_000);
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});
beforeEach(() => {
  const { endpoint, operator } = sandbox.aws;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: operator.region,
    AWS_ACCESS_KEY_ID: operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
    BOX_ENDPOINT_URL: sandbox.box.url,
  });
});

interface Check {
  readonly check: string;
  readonly outcome: string;
  readonly said: string;
  readonly causes: readonly { readonly setting: string }[];
}

const cli = (args: readonly string[], input = '') => typedWith(input, ...args, '--stage', 'sandbox');

/** @param named the one check that is looked at */
async function doctor(named: string): Promise<{ readonly exitCode: number; readonly check: Check | undefined }> {
  const { exitCode, stdout } = await cli(['doctor', '--json']);
  const { sections } = JSON.parse(stdout) as { readonly sections: readonly { readonly checks: readonly Check[] }[] };
  return { exitCode, check: sections.flatMap(({ checks }) => checks).find(({ check }) => check === named) };
}

// In the order of somebody's first hour with webhooks.
describe('the doctor of a stage with a webhook', () => {
  it('says with which command the signing keys are put, when there are none', async () => {
    await sandbox.putSecret();
    const { exitCode, check } = await doctor('webhook keys');
    expect(check).toMatchObject({ outcome: 'refused', said: expect.stringContaining('nightporter secret put --webhook-keys') });
    expect(exitCode).toBe(1);
  });

  it.each([
    ['one key only', JSON.stringify({ primaryKey: signatureKeys.primary }), 'secondaryKey is missing'],
    ['the same key twice', keysText.replace(signatureKeys.secondary, signatureKeys.primary), 'both keys are the same'],
    [
      'the credentials of the app',
      JSON.stringify({ boxAppSettings: { clientSecret: signatureKeys.primary } }),
      'they must be {"primaryKey","secondaryKey"}',
    ],
    ['no JSON', signatureKeys.primary, 'it is not JSON'],
  ])('says what is wrong with keys that somebody has put by other means: %s', async (_, text, why) => {
    await sandbox.putSigningKeys(text);
    const { exitCode, check } = await doctor('webhook keys');
    expect(check).toMatchObject({ outcome: 'refused', said: expect.stringContaining(why) });
    expect(check?.said).not.toContain(signatureKeys.primary);
    expect(exitCode).toBe(1);
  });

  it('finds nothing to refuse once they are put with the command', async () => {
    const put = await cli(['secret', 'put', '--webhook-keys'], keysText);
    expect(put).toMatchObject({ exitCode: 0, stderr: '' });
    expect(put.stdout).not.toContain(signatureKeys.primary);
    const { exitCode, check } = await doctor('webhook keys');
    expect(check).toMatchObject({ outcome: 'works' });
    expect(exitCode).toBe(0);
  });

  it('names the scope without which no webhook can be made', async () => {
    const { scopes } = sandbox.box.app.settings;
    sandbox.box.app.change({ scopes: scopes.filter((scope) => scope !== 'manage_webhook') });
    const { exitCode, check } = await doctor('scope "Manage webhooks" as service account');
    expect(check).toMatchObject({
      outcome: 'refused',
      causes: [{ setting: expect.stringContaining('Application Scopes > Manage webhooks') }],
    });
    expect(exitCode).toBe(1);
  });
});
