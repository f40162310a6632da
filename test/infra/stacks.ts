import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { Assets } from '../../infra/bundle/bundle.ts';
import { type DiscoveredJob, discover } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { temporaryFolder } from './temporary.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** The context of cdk.json, which tests share with deployments: feature flags and stages. */
export const context: { readonly stages: { readonly dev: object; readonly production: object; readonly sandbox: object } } = JSON.parse(
  readFileSync(join(root, 'cdk.json'), 'utf8'),
).context;

/** What cdk.json leaves for whoever deploys a production stage. */
export const stages = { ...context.stages, production: { ...context.stages.production, notify: 'porter@example.com' } };

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface Stacks {
  readonly app: App;
  readonly foundation: Template;
  readonly jobs: Template;
}

/** Folders that stand for bundles; `layer` is the content of the layer's only file. */
export function placeholderAssets(layer = ''): Assets {
  const folder = temporaryFolder();
  const assetOf = (name: string, content: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), content);
    return join(folder, name);
  };
  return { layer: assetOf('layer', layer), functionOf: (name) => assetOf(name, `export const handler = '${name}';`) };
}

/** The stacks of a stage as a deployment makes them, without bundling. */
export async function stacksOf(
  stageName: string,
  options: { readonly jobs?: readonly DiscoveredJob[]; readonly assets?: Assets; readonly stages?: object } = {},
): Promise<Stacks> {
  const app = new App({ context, outdir: temporaryFolder() });
  const stage = readStage(options.stages ?? stages, stageName);
  const enabled = enabledJobs(stage, options.jobs ?? (await discover(root)));
  const { foundation, jobs } = addStacks(app, stage, enabled, options.assets ?? placeholderAssets());
  return { app, foundation: Template.fromStack(foundation), jobs: Template.fromStack(jobs) };
}

/** Resources of a type, with their logical ids. */
export function resources(template: Template, type: string): readonly (readonly [string, Resource])[] {
  return Object.entries(template.findResources(type)) as [string, Resource][];
}

/** Every statement of every identity policy, with the role's logical id. */
export function statements(
  template: Template,
): readonly { readonly role: string; readonly Action: readonly string[]; readonly Resource: string }[] {
  return resources(template, 'AWS::IAM::Policy').flatMap(([id, { Properties }]) => {
    const document = Properties.PolicyDocument as { Statement: readonly { Action: string | string[]; Resource: unknown }[] };
    return document.Statement.map(({ Action, Resource }) => ({ role: id, Action: [Action].flat(), Resource: JSON.stringify(Resource) }));
  });
}
