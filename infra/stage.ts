import { Annotations, type App, CfnResource, type Stack, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { applyStage } from './apply-stage.ts';
import { unreadSettings } from './identity-settings.ts';
import { type LoadedStage, loadStage } from './load-stage.ts';
import { type Stage, settingsMistake } from './settings.ts';
import { DeployStack } from './stacks/deploy-stack.ts';
import { FoundationStack } from './stacks/foundation-stack.ts';
import { JobsStack } from './stacks/jobs-stack.ts';
import { WebhooksStack } from './stacks/webhooks-stack.ts';

/**
 * Makes the stacks of the stage that the context names.
 * @param root folder of the app, as for `loadStage`
 * @throws NightporterError as `loadStage`, or `SETTINGS_INVALID` for more than a stack holds
 */
export async function synthesizeStage(app: App, root: string): Promise<void> {
  addStacks(app, await loadStage(app, root));
}

export interface StageStacks {
  readonly foundation: FoundationStack;
  readonly jobs: JobsStack;
  /** Where a webhook is on. */
  readonly webhooks: WebhooksStack | undefined;
  /** Where the stage names a repository that deploys it. */
  readonly deploy: DeployStack | undefined;
}

/** The stacks alone, a function of their inputs. @throws NightporterError `SETTINGS_INVALID` for more than a stack holds. */
export function addStacks(app: App, loaded: LoadedStage): StageStacks {
  const { stage, jobs, webhooks } = loaded;
  const props = {
    stage,
    env: { ...(stage.account && { account: stage.account }), ...(stage.region && { region: stage.region }) },
  };
  const foundation = new FoundationStack(app, `Nightporter-${stage.name}-Foundation`, {
    ...props,
    appsWithWebhooks: [...new Set(webhooks.map((webhook) => webhook.app))],
  });
  const jobsStack = new JobsStack(app, `Nightporter-${stage.name}-Jobs`, { ...props, loaded, foundation });
  refuseTooMany(jobsStack, stage, 'jobs', jobs.length);
  const webhooksStack =
    webhooks.length > 0 ? new WebhooksStack(app, `Nightporter-${stage.name}-Webhooks`, { ...props, loaded, foundation }) : undefined;
  if (webhooksStack) refuseTooMany(webhooksStack, stage, 'webhooks', webhooks.length);
  const { github, name: stageName } = stage;
  const deploy = github && new DeployStack(app, `Nightporter-${stageName}-Deploy`, { ...props, stageName, github });
  for (const stack of [foundation, jobsStack, webhooksStack, deploy]) if (stack) applyStage(stack, loaded);
  for (const key of unreadSettings(stage, [...jobs, ...webhooks])) {
    const sentence = `Correct or remove stages.${stageName}.settings.${key} in cdk.json: no job and no webhook that is on reads it.`;
    Annotations.of(foundation).addWarningV2(`nightporter:unread-setting-${key}`, sentence);
  }
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
  return { foundation, jobs: jobsStack, webhooks: webhooksStack, deploy };
}

/** CloudFormation takes 500 resources in a stack: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
function refuseTooMany(stack: Stack, stage: Stage, what: 'jobs' | 'webhooks', number: number): void {
  const count = stack.node.findAll().filter(CfnResource.isCfnResource).length;
  if (count <= 500) return;
  const reason = `${number} ${what} make ${count} resources, and a stack holds 500; put some of the ${what} into a stage of their own`;
  throw settingsMistake(stage.name, [what], reason);
}
