import { join } from 'node:path';
import { type App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { type Assets, bundle } from './bundle/bundle.ts';
import { discover } from './discover.ts';
import { type EnabledJob, enabledJobs } from './enabled-jobs.ts';
import { readStage, type Stage } from './settings.ts';
import { FoundationStack } from './stacks/foundation-stack.ts';
import { JobsStack } from './stacks/jobs-stack.ts';

/**
 * Makes the stacks of the stage that the context names: discover the jobs, check the settings, bundle, build.
 * @param root the repository.
 * @throws NightporterError `SETTINGS_INVALID` or `DECLARATION_INVALID`: one sentence for the person who typed it.
 */
export async function synthesizeStage(app: App, root: string): Promise<void> {
  const stage = readStage(app.node.tryGetContext('stages'), String(app.node.tryGetContext('stage') ?? 'dev'));
  const discovered = await discover(root);
  const jobs = enabledJobs(stage, discovered);
  const used = discovered.filter(({ name }) => jobs.some((job) => job.name === name));
  const assets = await bundle({
    root,
    outDir: join(root, '.build', stage.name),
    jobs: used,
  });
  addStacks(app, stage, jobs, assets);
}

/** The stacks alone, a function of their inputs. */
export function addStacks(
  app: App,
  stage: Stage,
  jobs: readonly EnabledJob[],
  assets: Assets,
): { foundation: FoundationStack; jobs: JobsStack } {
  const props = {
    stage,
    terminationProtection: stage.production,
    env: { ...(stage.account && { account: stage.account }), ...(stage.region && { region: stage.region }) },
  };
  const foundation = new FoundationStack(app, `Nightporter-${stage.name}-Foundation`, props);
  const jobsStack = new JobsStack(app, `Nightporter-${stage.name}-Jobs`, { ...props, jobs, foundation, assets });
  Tags.of(app).add('nightporter:stage', stage.name);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return { foundation, jobs: jobsStack };
}
