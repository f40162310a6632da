import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { context, placeholderAssets, root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

/** An assembly of the stage `night` with these settings, as `cdk synth` writes it. */
async function assembly(settings: object): Promise<string> {
  const outdir = temporaryFolder();
  const app = new App({ context: { ...context, 'aws:cdk:enable-path-metadata': true }, outdir });
  const stage = readStage({ night: settings }, 'night');
  addStacks(app, { stage, jobs: enabledJobs(stage, await discover(root)), webhooks: [], assets: placeholderAssets() });
  app.synth();
  return outdir;
}

function diff(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'infra/diff/main.ts'), ...args], {
    encoding: 'utf8',
    env: { AWS_REGION: 'eu-west-2', AWS_ACCESS_KEY_ID: 'a', AWS_SECRET_ACCESS_KEY: 'b', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    cwd: temporaryFolder(),
  });
  return { status, lines: stdout.trimEnd().split('\n'), stderr };
}

let checkOnly: string;
let withReport: string;
beforeAll(async () => {
  checkOnly = await assembly({ jobs: { 'grant-check': true } });
  withReport = await assembly({ jobs: { 'grant-check': { schedule: 'rate(2 hours)' }, 'storage-report': true } });
});

describe('what a deployment would change', () => {
  it('is said in sentences: who may do what on what, and what starts when', () => {
    const { status, lines } = diff(checkOnly, withReport);
    expect(status).toBe(0);
    expect(lines).toContain('Nightporter-night-Jobs');
    expect(lines).toContain(
      '  + storage-report may s3:AbortMultipartUpload, s3:PutObject on Foundation ReportsBucket/reports/storage-report/*',
    );
    expect(lines).toContain('  + schedule of storage-report may lambda:InvokeFunction on storage-report/Run/Live');
    expect(lines).toContain('  + schedule of storage-report: cron(0 2 * * ? *), UTC, within 5 min, on when the stage is armed');
    expect(lines).toContain(
      '  ~ schedule of grant-check: rate(1 hour), UTC, within 5 min, on when the stage is armed → rate(2 hours), UTC, within 5 min, on when the stage is armed',
    );
  });

  it('is silent about what stays', () => {
    const { lines } = diff(checkOnly, withReport);
    expect(lines.filter((line) => line.includes('grant-check may'))).toEqual([]);
    expect(lines).not.toContain('Nightporter-night-Foundation');
    expect(diff(withReport, withReport).lines).toEqual(['No grant and no schedule changes.']);
  });

  it('goes the other way when a job is turned off', () => {
    const there = diff(checkOnly, withReport)
      .lines.filter((line) => line.startsWith('  + '))
      .map((line) => line.slice(4));
    const back = diff(withReport, checkOnly)
      .lines.filter((line) => line.startsWith('  - '))
      .map((line) => line.slice(4));
    expect(back.toSorted()).toEqual(there.toSorted());
    expect(back.length).toBeGreaterThan(10);
  });

  it('says whose secret a role may read, and who is refused', async () => {
    const roleArn = 'arn:aws:iam::111122223333:role/operator';
    const { lines } = diff(checkOnly, await assembly({ jobs: { 'grant-check': true }, operatorRoleArn: roleArn }));
    expect(lines.join('\n')).toMatch(
      /\+ everybody may not secretsmanager:GetSecretValue on BoxAppDefault\/Secret when aws:PrincipalArn is not like .*role\/operator/,
    );
  });
});

describe('a comparison that can’t be made', () => {
  it.each([
    ['of one folder', [temporaryFolder()], 'Name two folders, or none.'],
    ['with a folder that holds nothing', ['/nowhere', '/nowhere'], 'Run "npm run synth" first: /nowhere holds no synthesised stacks.'],
    ['with an option that there is not', ['--deep'], "Unknown option '--deep'"],
  ])('%s is one sentence', (_, args, sentence) => {
    const { status, stderr } = diff(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
