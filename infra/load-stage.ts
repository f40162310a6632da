import { resolve } from 'node:path';
import type { App } from 'aws-cdk-lib';
import { type Assets, bundle } from './bundle/bundle.ts';
import { sources } from './bundle/sources.ts';
import { discover, discoverWebhooks } from './discover.ts';
import { type EnabledJob, enabledJobs } from './enabled-jobs.ts';
import { appsWithWebhooks, type EnabledWebhook, enabledWebhooks } from './enabled-webhooks.ts';
import { readStage, type Stage } from './settings.ts';

/** What the constructs of a stage are made from. */
export interface LoadedStage {
  readonly stage: Stage;
  /** The jobs that are on; the watch for missing runs is always among them, and who sees to webhooks where there are some. */
  readonly jobs: readonly EnabledJob[];
  /** The webhooks that are on. */
  readonly webhooks: readonly EnabledWebhook[];
  readonly assets: Assets;
}

/**
 * Checks the settings of the stage that the context names (`stage`, of those under `stages`), discovers the jobs and bundles them: all that
 * is asynchronous, before the first construct is made.
 * @param root folder of the app: its jobs are in `functions/scheduled`, and bundles go to `.build`, or where the context `build` says
 * @throws NightporterError `SETTINGS_INVALID` or `DECLARATION_INVALID`: one sentence for the person who typed it
 */
export async function loadStage(app: App, root: string): Promise<LoadedStage> {
  const stageName = String(app.node.tryGetContext('stage') ?? 'dev');
  // The CDK's command tells its app where a stack goes that names no region.
  const stage = readStage(app.node.tryGetContext('stages'), stageName, process.env.CDK_DEFAULT_REGION);
  const discovered = await discover(root, sources);
  const discoveredWebhooks = await discoverWebhooks(root, discovered);
  const jobs = enabledJobs(stage, discovered, appsWithWebhooks(stage, discoveredWebhooks));
  const webhooks = enabledWebhooks(stage, discoveredWebhooks, jobs);
  const used = [
    ...discovered.filter(({ name }) => jobs.some((job) => job.name === name)),
    ...discoveredWebhooks.filter(({ name }) => webhooks.some(({ id }) => id === name)),
  ];
  const build = String(app.node.tryGetContext('build') ?? '.build');
  const assets = await bundle({ root, outDir: resolve(root, build, stage.name), jobs: used });
  return { stage, jobs, webhooks, assets };
}
