import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput } from 'aws-cdk-lib';
import { AccountRootPrincipal, type IManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { expect } from 'vitest';
import type { Assets } from '../../../infra/bundle/bundle.ts';
import { bundleEndpoints } from '../../../infra/bundle/endpoints.ts';
import type { StagePolicies } from '../../../infra/constructs/stage-policies.ts';
import { type DiscoveredJob, discover } from '../../../infra/discover.ts';
import { enabledJobs } from '../../../infra/enabled-jobs.ts';
import { readStage } from '../../../infra/settings.ts';
import type { FoundationStack } from '../../../infra/stacks/foundation-stack.ts';
import { addStacks } from '../../../infra/stage.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { context, root } from '../stacks.ts';
import { temporaryFolder } from '../temporary.ts';
import { type CommandLine, signedIn, signedInAs } from './signed-in.ts';

/** The stage "sandbox", deployed, with an empty secret, and the command line beside it. */
export interface CliStage extends CommandLine, AsyncDisposable {
  readonly sandbox: Sandbox;
  /** The same commands, by somebody who has taken on a role of `people` under a name. */
  as(role: Person, name: string): Promise<CommandLine>;
}

/** Functions that only log, since these tests are not about jobs: templates, roles and secrets are the real ones. */
const handler = `export const handler = async (event) => {
  process.stdout.write(JSON.stringify({ message: 'Token obtained.', subject: 'enterprise', tier: 'grant', fingerprint: '0a1b2c3d', expiresAt: new Date(Date.now() + 3_900_000).toISOString() }) + '\\n');
  process.stdout.write(JSON.stringify({ message: 'Started.', event }) + '\\n');
  return event;
};`;

export interface StageOptions {
  readonly users?: number;
  /** On besides those of the stage. */
  readonly jobs?: readonly DiscoveredJob[];
  /** As in cdk.json, with jobs of the repository that are on as well. */
  readonly settings?: { readonly settings: Readonly<Record<string, string>>; readonly jobs: Readonly<Record<string, object>> };
}

export async function openStage({ users = 20, jobs = [], settings }: StageOptions = {}): Promise<CliStage> {
  const sandbox = await openSandbox({ assembly: await synthesised(jobs, settings), box: { users, contentFolders: 5 } });
  return {
    sandbox,
    ...signedIn(sandbox),
    as: (role, name) => signedInAs(sandbox, sandbox.aws.outputs('Nightporter-sandbox-Foundation')[`${role}RoleArn`], name),
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** Without bundling: what a job's function holds is a placeholder. What people call is the real one. */
async function synthesised(more: readonly DiscoveredJob[], settings: StageOptions['settings']): Promise<string> {
  const outdir = temporaryFolder();
  const app = new App({ context: { ...context, stage: 'sandbox' }, outdir, analyticsReporting: false });
  const stage = readStage(context.stages, 'sandbox');
  const besides = { ...settings?.jobs, ...Object.fromEntries(more.map(({ name }) => [name, {}])) };
  const on = { ...stage, settings: { ...settings?.settings }, jobs: { ...stage.jobs, ...besides } };
  const jobs = enabledJobs(on, [...(await discover(root)), ...more]);
  const { foundation } = addStacks(app, { stage: on, jobs, webhooks: [], assets: await placeholders() });
  addPeople(foundation);
  app.synth();
  return outdir;
}

/** Who there is in a company that has attached the stage's policies. */
const people = { Operator: ['operator'], Approver: ['approver'], Both: ['operator', 'approver'], Reader: ['reader'] } as const;

/** Who has been given a part of what it takes to rotate a secret. */
const keepers = {
  Stager: ['PutSecretValue', 'ListSecretVersionIds'],
  Mover: ['PutSecretValue', 'ListSecretVersionIds', 'UpdateSecretVersionStage'],
} as const;

export type Person = keyof typeof people | keyof typeof keepers;

function addPeople(foundation: FoundationStack): void {
  const policies = foundation.node.findChild('Policies') as StagePolicies;
  const add = (name: string, given: readonly (keyof typeof policies)[]): Role => {
    const role = new Role(foundation, `${name}Role`, { assumedBy: new AccountRootPrincipal() });
    for (const each of given) role.addManagedPolicy(policies[each] as IManagedPolicy);
    new CfnOutput(foundation, `${name}RoleArn`, { value: role.roleArn });
    return role;
  };
  for (const [name, names] of Object.entries(people)) add(name, names);
  const [{ secret, key } = expect.unreachable()] = foundation.boxApps;
  for (const [name, actions] of Object.entries(keepers)) {
    const role = add(name, ['operator']);
    role.addToPolicy(new PolicyStatement({ actions: actions.map((action) => `secretsmanager:${action}`), resources: [secret.secretArn] }));
    role.addToPolicy(new PolicyStatement({ actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }));
  }
}

async function placeholders(): Promise<Assets> {
  const folder = temporaryFolder();
  const asset = (name: string): string => {
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'index.mjs'), handler);
    return join(folder, name);
  };
  const endpoints = join(folder, 'endpoints');
  await bundleEndpoints(root, endpoints);
  return { layer: asset('layer'), receiver: asset('receiver'), functionOf: asset, endpointOf: (name) => join(endpoints, name) };
}
