import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { App, Aws } from 'aws-cdk-lib';
import type { CfnRole } from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deployArguments } from '../../infra/deploy/arguments.ts';
import { inheritedState } from '../../infra/deploy/inherited-state.ts';
import { discover } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { type Aws as Sandbox, startAws } from '../sandbox/aws/index.ts';
import { context, everything, placeholderAssets, root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

const folder = temporaryFolder();
const jobs = (more: object) => ({ jobs: { 'grant-check': true, ...more } });

let aws: Sandbox;
beforeAll(async () => {
  aws = await startAws({ assembly: await synthesised(join(folder, 'cdk.out'), jobs({})) });
  await aws.deploy();
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
  const { deploy } = addStacks(app, {
    stage,
    jobs: enabledJobs(stage, await discover(root)),
    webhooks: [],
    assets: placeholderAssets(),
  });
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
    await synthesised(join(changed, 'cdk.out'), jobs({ 'storage-report': true }));
    expect(await npmRunDiff(changed)).toContain('+ storagereportRunRole');
  });

  it('learns whether the stage is armed', async () => {
    expect(await inheritedState(deployArguments(['--stage', 'dev']))).toEqual(new Map([['Nightporter-dev-Webhooks', false]]));
  });
});
