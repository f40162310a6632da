import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Assets } from '../../infra/bundle/bundle.ts';
import { type DiscoveredJob, type DiscoveredWebhook, discover, discoverWebhooks } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { appsWithWebhooks, enabledWebhooks } from '../../infra/enabled-webhooks.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { context, root } from './context.ts';
import { temporaryFolder } from './temporary.ts';

export { context, root } from './context.ts';

/** What cdk.json leaves for whoever deploys a production stage. */
export const stages = { ...context.stages, production: { ...context.stages.production, notify: 'porter@example.com' } };

/** A stage that sets everything that can be set. */
export const everything = {
  production: true,
  notify: 'porter@example.com',
  apps: { default: {}, reader: {} },
  settings: { inventoryUser: '11000001' },
  jobs: { 'grant-check': true, 'storage-report': { schedule: 'rate(2 hours)' }, 'folder-inventory': true },
  armedFromStart: true,
  sharedTokens: true,
  rotationGraceMinutes: 3,
  logRetentionDays: 365,
  reportRetentionDays: 90,
  monthlyBudgetUSD: 50,
  operatorRoleArn: 'arn:aws:iam::111122223333:role/operator',
  breakGlassRoleArn: 'arn:aws:iam::111122223333:role/emergency',
  permissionsBoundaryArn: 'arn:aws:iam::111122223333:policy/boundary',
  tags: { 'cost-centre': '4711' },
  vpc: { subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'], securityGroupIds: ['sg-0123456789abcdef0'] },
  github: {
    repository: 'example/porter',
    environment: 'night',
    providerArn: 'arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com',
  },
  region: 'eu-west-1',
  account: '111122223333',
};

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Stacks {
  readonly app: App;
  readonly foundation: Template;
  readonly jobs: Template;
  /** Where a webhook is on. */
  readonly webhooks: Template | undefined;
  /** Where the stage names a repository that deploys it. */
  readonly deploy: Template | undefined;
}

/** Folders that stand for bundles; `layer` is the content of the layer's only file. */
export function placeholderAssets(layer = ''): Assets {
  const folder = temporaryFolder();
  const assetOf = (name: string, content: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), content);
    return join(folder, name);
  };
  const handlerOf = (name: string) => assetOf(name, `export const handler = '${name}';`);
  return { layer: assetOf('layer', layer), receiver: assetOf('receiver', ''), functionOf: handlerOf, endpointOf: handlerOf };
}

export interface StacksOptions {
  readonly jobs?: readonly DiscoveredJob[];
  readonly webhooks?: readonly DiscoveredWebhook[];
  readonly assets?: Assets;
  readonly stages?: object;
  /** Of the app; that of cdk.json if left out. */
  readonly flags?: object;
}

/** The stacks of a stage as a deployment makes them, without bundling. */
export async function stacksOf(stageName: string, options: StacksOptions = {}): Promise<Stacks> {
  const app = new App({ context: { ...(options.flags ?? context) }, outdir: temporaryFolder() });
  const stage = readStage(options.stages ?? stages, stageName);
  const files = options.webhooks ?? (await discoverWebhooks(root));
  const jobs = enabledJobs(stage, options.jobs ?? (await discover(root)), appsWithWebhooks(stage, files));
  const webhooks = enabledWebhooks(stage, files, jobs);
  const made = addStacks(app, { stage, jobs, webhooks, assets: options.assets ?? placeholderAssets() });
  return {
    app,
    foundation: Template.fromStack(made.foundation),
    jobs: Template.fromStack(made.jobs),
    webhooks: made.webhooks && Template.fromStack(made.webhooks),
    deploy: made.deploy && Template.fromStack(made.deploy),
  };
}

/** Resources of a type, with their logical ids. */
export function resources(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

/** Every statement of every identity policy, with the role's logical id. */
export function statements(
  template: Template,
): readonly { readonly role: string; readonly Action: readonly string[]; readonly Resource: string; readonly Condition?: object }[] {
  return resources(template, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) => {
    const document = Properties.PolicyDocument as {
      Statement: readonly { Action: string | string[]; Resource: unknown; Condition?: object }[];
    };
    return document.Statement.map(({ Action, Resource, ...rest }) => ({
      ...rest,
      role: id,
      Action: [Action].flat(),
      Resource: JSON.stringify(Resource),
    }));
  });
}
