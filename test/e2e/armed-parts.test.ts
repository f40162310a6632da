import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { armedParameters, deployArguments } from '../../infra/deploy/arguments.ts';
import { inheritedState } from '../../infra/deploy/inherited-state.ts';
import { typed } from '../infra/cli/typed.ts';
import { call, mint } from '../sandbox/box/http/box-http.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const stage = { armedFromStart: false, jobs: { 'grant-check': true }, settings: { archiveFolder: '199990000001' } };
const parts = ['Jobs', 'Webhooks'].map((name) => `Nightporter-sandbox-${name}`);

let before: StageAssembly;
let after: StageAssembly;
let sandbox: Sandbox;
beforeAll(async () => {
  before = await stageWith(stage);
  after = await stageWith({ ...stage, webhooks: { 'archive-upload': true } });
  sandbox = await openSandbox({ assembly: before.folder, box: { users: 5 } });
  const { endpoint: AWS_ENDPOINT_URL, operator } = sandbox.aws;
  const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, region: AWS_REGION } = operator;
  Object.assign(process.env, { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, BOX_ENDPOINT_URL: sandbox.box.url });
  await sandbox.putSecret();
  await call(sandbox.box, await mint(sandbox.box), 'POST', '/2.0/folders', { name: 'Archive', parent: { id: '0' } });
}, 120_000);
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await before[Symbol.asyncDispose]();
  await after[Symbol.asyncDispose]();
});

/** `npm run deploy -- --stage sandbox …`, done by the sandbox. */
async function deploy(assembly: StageAssembly, ...more: readonly string[]): Promise<void> {
  const asked = deployArguments(['--stage', 'sandbox', ...more]);
  const inherited = asked.armed === undefined ? armedParameters(await inheritedState(asked)) : [];
  const words = [...asked.words, ...inherited].filter((word) => word.includes(':Armed='));
  await sandbox.aws.deploy(assembly.folder, { parameters: Object.fromEntries(words.map((word) => word.split('='))) });
}

const armed = () => parts.filter((name) => sandbox.aws.stacks().includes(name)).map((name) => sandbox.aws.outputs(name).IsArmed);
const status = async () => (await typed('status', '--stage', 'sandbox')).stdout.split('\n')[0];

describe('a stage that runs, when a webhook is turned on', () => {
  it('has the new stack run as well, and the webhook in Box', async () => {
    expect(armed()).toEqual(['false']);
    expect(await status()).toContain('(not armed: no schedule of Nightporter-sandbox-Jobs starts a run)');
    await deploy(before, '--arm');
    await deploy(after);
    expect(armed()).toEqual(['true', 'true']);
    expect(sandbox.box.webhooks.all).toHaveLength(1);
    expect(await status()).not.toContain('not armed');
  });

  it('keeps what each stack was told later, and says which one does not run', async () => {
    await deploy(after, 'Nightporter-sandbox-Webhooks', '--disarm');
    await deploy(after);
    expect(armed()).toEqual(['true', 'false']);
    expect(await status()).toContain('(not armed: no schedule of Nightporter-sandbox-Webhooks starts a run)');
    await sandbox.putSigningKeys();
    expect((await typed('doctor', '--stage', 'sandbox')).stdout).toContain('No schedule of Nightporter-sandbox-Webhooks runs.');
  });
});
