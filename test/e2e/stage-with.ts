import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { App } from 'aws-cdk-lib';
import type { Webhook } from 'nightporter';
import { bundle } from '../../infra/bundle/bundle.ts';
import { discover, discoverWebhooks } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { appsWithWebhooks, enabledWebhooks } from '../../infra/enabled-webhooks.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { context, root } from '../infra/context.ts';

type StageName = 'sandbox' | 'sandbox-rounds' | 'sandbox-webhooks';

export interface StageAssembly extends AsyncDisposable {
  readonly folder: string;
}

/**
 * A stage of cdk.json with other settings, bundled and synthesised as for a deploy.
 * @param fixtures paths of webhook files that stand beside those of the repository
 */
export async function stageWith(settings: object, fixtures: readonly string[] = [], name: StageName = 'sandbox'): Promise<StageAssembly> {
  const parent = await mkdtemp(join(tmpdir(), 'nightporter-stage-'));
  const folder = join(parent, 'cdk.out');
  const app = new App({ context: { ...context, stage: name }, outdir: folder, analyticsReporting: false });
  const stage = readStage({ [name]: { ...context.stages[name], ...settings } }, name);
  const discovered = await discover(root);
  const files = [...(await discoverWebhooks(root)), ...(await Promise.all(fixtures.map(loaded)))];
  const jobs = enabledJobs(stage, discovered, appsWithWebhooks(stage, files));
  const webhooks = enabledWebhooks(stage, files, jobs);
  const used = [
    ...discovered.filter(({ name }) => jobs.some((job) => job.name === name)),
    ...files.filter(({ name }) => webhooks.some(({ id }) => id === name)),
  ];
  addStacks(app, { stage, jobs, webhooks, assets: await bundle({ root, outDir: join(parent, 'build'), jobs: used }) });
  app.synth();
  return { folder, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}

async function loaded(file: string) {
  const { default: declaration } = (await import(file)) as { readonly default: Webhook };
  return { name: basename(file, '.ts'), file, declaration };
}
