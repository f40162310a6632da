import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Assets } from '../../../infra/bundle/bundle.ts';
import { discover } from '../../../infra/discover.ts';
import { enabledJobs } from '../../../infra/enabled-jobs.ts';
import { readStage } from '../../../infra/settings.ts';
import { addStacks } from '../../../infra/stage.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { context, root } from '../stacks.ts';
import { temporaryFolder } from '../temporary.ts';
import { type Ran, typedWith } from './typed.ts';

/** The stage "sandbox", deployed, with an empty secret, and the command line beside it. */
export interface CliStage extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** As typed after `npx nightporter --stage sandbox`. */
  cli(args: readonly string[], input?: string): Promise<Ran>;
  /** With `--json`; what was printed must parse. */
  json(args: readonly string[], input?: string): Promise<{ readonly exitCode: number; readonly value: unknown }>;
  /** Environment for a child process. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Functions that only log, since these tests are not about jobs: templates, roles and secrets are the real ones. */
const handler = `export const handler = async (event) => {
  process.stdout.write(JSON.stringify({ message: 'Token obtained.', subject: 'enterprise', tier: 'grant', fingerprint: '0a1b2c3d', expiresAt: new Date(Date.now() + 3_900_000).toISOString() }) + '\\n');
  process.stdout.write(JSON.stringify({ message: 'Started.', event }) + '\\n');
  return event;
};`;

export async function openStage(options: { readonly users?: number } = {}): Promise<CliStage> {
  const sandbox = await openSandbox({ assembly: await synthesised(), box: { users: options.users ?? 20, contentFolders: 5 } });
  const environment = environmentOf(sandbox);
  const cli = async (args: readonly string[], input = ''): Promise<Ran> => {
    Object.assign(process.env, environment);
    return typedWith(input, ...args, '--stage', 'sandbox');
  };
  return {
    sandbox,
    environment,
    cli,
    async json(args, input) {
      const { exitCode, stdout } = await cli([...args, '--json'], input);
      return { exitCode, value: JSON.parse(stdout) };
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** Without bundling: what a function holds is a placeholder. */
async function synthesised(): Promise<string> {
  const outdir = temporaryFolder();
  const app = new App({ context: { ...context, stage: 'sandbox' }, outdir, analyticsReporting: false });
  const stage = readStage(context.stages, 'sandbox');
  addStacks(app, { stage, jobs: enabledJobs(stage, await discover(root)), webhooks: [], assets: placeholders() });
  app.synth();
  return outdir;
}

function placeholders(): Assets {
  const folder = temporaryFolder();
  const asset = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), handler);
    return join(folder, name);
  };
  return { layer: asset('layer'), receiver: asset('receiver'), functionOf: asset };
}

function environmentOf({ aws, box }: Sandbox): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.operator.region,
    AWS_ACCESS_KEY_ID: aws.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.operator.secretAccessKey,
    BOX_ENDPOINT_URL: box.url,
  };
}
