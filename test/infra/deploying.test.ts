import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, Aws } from 'aws-cdk-lib';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployArguments } from '../../infra/deploy/arguments.ts';
import { inheritedState } from '../../infra/deploy/inherited-state.ts';
import { discover, discoverWebhooks } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { appsWithWebhooks, enabledWebhooks } from '../../infra/enabled-webhooks.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { expectNeeded } from '../e2e/granted.ts';
import { type Aws as Sandbox, startAws } from '../sandbox/aws/index.ts';
import { bootstrapped, bootstrapRole } from './bootstrapped.ts';
import { context, everything, placeholderAssets, root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const jobs = (more: object) => ({ jobs: { 'grant-check': true, ...more } });

let aws: Sandbox;
beforeAll(async () => {
  aws = await startAws({ assembly: await synthesised(join(folder, 'cdk.out'), jobs({})) });
  await aws.deploy();
  await aws.deploy(bootstrapped());
  const { endpoint, operator } = aws;
  const { region, ...credentials } = operator;
  const sts = new STSClient({ region, endpoint, credentials });
  const RoleArn = aws.outputs('Nightporter-dev-Deploy').DeployRoleArn;
  const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'workflow' }));
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: Credentials?.AccessKeyId,
    AWS_SECRET_ACCESS_KEY: Credentials?.SecretAccessKey,
    AWS_SESSION_TOKEN: Credentials?.SessionToken,
  });
}, 60_000);
afterAll(() => aws.stop());

/** The stage "dev" with a workflow that deploys it, which GitHub's identity provider can't stand for here: the account does. */
async function synthesised(outdir: string, settings: object): Promise<string> {
  const app = new App({ context, outdir, analyticsReporting: false });
  const stage = readStage({ dev: { github: everything.github, ...settings } }, 'dev');
  const files = await discoverWebhooks(root);
  const jobs = enabledJobs(stage, await discover(root), appsWithWebhooks(stage, files));
  const { deploy } = addStacks(app, { stage, jobs, webhooks: enabledWebhooks(stage, files, jobs), assets: placeholderAssets() });
  const role = deploy?.node.findChild('Role').node.defaultChild as CfnRole;
  const Principal = { AWS: `arn:aws:iam::${Aws.ACCOUNT_ID}:root` };
  role.assumeRolePolicyDocument = { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }] };
  app.synth();
  return outdir;
}

async function npmRunDiff(cwd: string): Promise<string> {
  return (await promisify(execFile)(process.execPath, [join(root, 'infra/diff/main.ts')], { cwd })).stdout;
}

describe('the workflow that deploys, in the role that is made for it', () => {
  it('learns what a deploy would change, of each stack of the stage', async () => {
    expect(await npmRunDiff(folder)).toBe('No grant, no way in, no schedule and no mode changes.\n');
    const changed = temporaryFolder();
    const webhooks = { settings: { archiveFolder: '1' }, webhooks: { 'archive-upload': true } };
    await synthesised(join(changed, 'cdk.out'), { ...jobs({ 'storage-report': true }), ...webhooks });
    const said = await npmRunDiff(changed);
    expect(said).toContain('+ storagereportRunRole');
    expect(said).toContain('Nightporter-dev-Webhooks\n');
  });

  it('learns whether the stage is armed', async () => {
    expect(await inheritedState(deployArguments(['--stage', 'dev']))).toEqual(new Map([['Nightporter-dev-Webhooks', false]]));
  });

  it('goes through the CDK’s roles for deploying and for files, and not through the one that may read the whole account', async () => {
    const assume = (name: string) =>
      new STSClient().send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::000000000000:role/${bootstrapRole(name)}`, RoleSessionName: 'aws-cdk' }),
      );
    await assume('deploy');
    await assume('file-publishing');
    await expect(assume('lookup')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('may do nothing else', () => {
    expectNeeded({ aws }, [], /Deploy-Role/);
    expect(aws.unusedGrants().length).toBeGreaterThan(0);
  });
});
