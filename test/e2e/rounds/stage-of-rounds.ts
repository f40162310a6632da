import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { bundle } from '../../../infra/bundle/bundle.ts';
import { discover } from '../../../infra/discover.ts';
import { enabledJobs } from '../../../infra/enabled-jobs.ts';
import { readStage } from '../../../infra/settings.ts';
import { addStacks } from '../../../infra/stage.ts';
import { context } from '../../infra/context.ts';

export interface RoundsAssembly extends AsyncDisposable {
  readonly folder: string;
}

/** The stage "sandbox" with the jobs beside this file, bundled and synthesised as for a deploy. */
export async function stageOfRounds(jobs: Readonly<Record<string, unknown>>, root = import.meta.dirname): Promise<RoundsAssembly> {
  const parent = await mkdtemp(join(tmpdir(), 'nightporter-rounds-'));
  const folder = join(parent, 'cdk.out');
  const app = new App({ context: { ...context, stage: 'sandbox' }, outdir: folder, analyticsReporting: false });
  const stage = readStage({ sandbox: { ...context.stages.sandbox, jobs } }, 'sandbox');
  const discovered = await discover(root);
  const enabled = enabledJobs(stage, discovered);
  const used = discovered.filter(({ name }) => enabled.some((job) => job.name === name));
  addStacks(app, { stage, jobs: enabled, webhooks: [], assets: await bundle({ root, outDir: join(parent, 'build'), jobs: used }) });
  app.synth();
  return { folder, [Symbol.asyncDispose]: () => rm(parent, { recursive: true, force: true }) };
}
