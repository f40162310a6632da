import { type App, CfnResource, type Stack, Tags, Validations } from 'aws-cdk-lib';
import { ManagedPolicy, PermissionsBoundary } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { type LoadedStage, loadStage } from './load-stage.ts';
import { type Stage, settingsMistake } from './settings.ts';
import { DeployStack } from './stacks/deploy-stack.ts';
import { FoundationStack } from './stacks/foundation-stack.ts';
import { JobsStack } from './stacks/jobs-stack.ts';

/**
 * Makes the stacks of the stage that the context names.
 * @param root folder of the app, as for `loadStage`
 * @throws NightporterError as `loadStage`, or `SETTINGS_INVALID` for more jobs than a stack holds
 */
export async function synthesizeStage(app: App, root: string): Promise<void> {
  addStacks(app, await loadStage(app, root));
}

/** The stacks alone, a function of their inputs. @throws NightporterError `SETTINGS_INVALID` for more jobs than a stack holds. */
export function addStacks(
  app: App,
  loaded: LoadedStage,
): { foundation: FoundationStack; jobs: JobsStack; deploy: DeployStack | undefined } {
  const { stage, jobs } = loaded;
  const props = {
    stage,
    terminationProtection: stage.production,
    env: { ...(stage.account && { account: stage.account }), ...(stage.region && { region: stage.region }) },
  };
  const foundation = new FoundationStack(app, `Nightporter-${stage.name}-Foundation`, props);
  const jobsStack = new JobsStack(app, `Nightporter-${stage.name}-Jobs`, { ...props, loaded, foundation });
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
