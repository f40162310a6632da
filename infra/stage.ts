import { join } from 'node:path';
import { type App, CfnResource, type Stack, Tags, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { type Assets, bundle } from './bundle/bundle.ts';
import { discover } from './discover.ts';
import { type EnabledJob, enabledJobs } from './enabled-jobs.ts';
import { readStage, type Stage, settingsMistake } from './settings.ts';
import { DeployStack } from './stacks/deploy-stack.ts';
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

/** The stacks alone, a function of their inputs. @throws NightporterError `SETTINGS_INVALID` for more jobs than a stack holds. */
export function addStacks(
  app: App,
  stage: Stage,
  jobs: readonly EnabledJob[],
  assets: Assets,
): { foundation: FoundationStack; jobs: JobsStack; deploy: DeployStack | undefined } {
  const props = {
    stage,
    terminationProtection: stage.production,
    env: { ...(stage.account && { account: stage.account }), ...(stage.region && { region: stage.region }) },
  };
  const foundation = new FoundationStack(app, `Nightporter-${stage.name}-Foundation`, props);
  const jobsStack = new JobsStack(app, `Nightporter-${stage.name}-Jobs`, { ...props, jobs, foundation, assets });
  refuseTooManyJobs(jobsStack, stage, jobs.length);
  const { github, name: stageName } = stage;
  const deploy = github && new DeployStack(app, `Nightporter-${stageName}-Deploy`, { ...props, stageName, github });
  for (const [key, value] of Object.entries({ ...stage.tags, 'nightporter:stage': stageName })) Tags.of(app).add(key, value);
  if (stage.permissionsBoundaryArn !== undefined) boundRoles(app, foundation, stage.permissionsBoundaryArn);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { foundation, jobs: jobsStack, deploy };
}

/** CloudFormation takes 500 resources in a stack: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
function refuseTooManyJobs(stack: Stack, stage: Stage, jobs: number): void {
  const count = stack.node.findAll().filter(CfnResource.isCfnResource).length;
  if (count <= 500) return;
  const reason = `${jobs} jobs make ${count} resources, and a stack holds 500; put some of the jobs into a stage of their own`;
  throw settingsMistake(stage.name, ['jobs'], reason);
}

function boundRoles(app: App, scope: Stack, arn: string): void {
  PermissionsBoundary.of(app).apply(ManagedPolicy.fromManagedPolicyArn(scope, 'Boundary', arn));
}
