import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { beforeAll, describe, expect, it } from 'vitest';
import { discover, discoverWebhooks } from '../../infra/discover.ts';
import { enabledJobs } from '../../infra/enabled-jobs.ts';
import { appsWithWebhooks, enabledWebhooks } from '../../infra/enabled-webhooks.ts';
import { readStage } from '../../infra/settings.ts';
import { addStacks } from '../../infra/stage.ts';
import { context, placeholderAssets, root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

/** An assembly of the stage `night` with these settings, as `cdk synth` writes it. */
async function assembly(settings: object): Promise<string> {
  const outdir = temporaryFolder();
  const app = new App({ context: { ...context, 'aws:cdk:enable-path-metadata': true }, outdir });
  const stage = readStage({ night: settings }, 'night');
  const files = await discoverWebhooks(root);
  const jobs = enabledJobs(stage, await discover(root), appsWithWebhooks(stage, files));
  addStacks(app, { stage, jobs, webhooks: enabledWebhooks(stage, files, jobs), assets: placeholderAssets() });
  app.synth();
  return outdir;
}

/** An assembly of one stack that has these resources. */
function stackOf(Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>): string {
  const outdir = temporaryFolder();
  const stack = { type: 'aws:cloudformation:stack', properties: { templateFile: 'x.json' } };
  writeFileSync(join(outdir, 'manifest.json'), JSON.stringify({ artifacts: { Stack: stack } }));
  writeFileSync(join(outdir, 'x.json'), JSON.stringify({ Resources }));
  return outdir;
}

/** What is said of resources that were not there before. */
function said(resources: Parameters<typeof stackOf>[0]): readonly string[] {
  return diff(stackOf({}), stackOf(resources)).lines.filter((line) => line.startsWith('  + '));
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
    expect(diff(withReport, withReport).lines).toEqual(['No grant, no way in, no schedule and no mode changes.']);
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

describe('a webhook', () => {
  const settings = { jobs: { 'grant-check': true }, settings: { linksFolder: '1' } };
  const rules = { rules: [{ access: 'company' }] };
  const guarded = (mode: string, more: object = {}) =>
    assembly({ ...settings, ...more, webhooks: { 'guard-shared-link': { mode, params: rules } } });
  let report: string;
  beforeAll(async () => {
    report = await guarded('report');
  });

  it('that comes says that everybody may call it, how, and what starts its handler', async () => {
    const { lines } = diff(await assembly(settings), report);
    expect(lines).toEqual(
      expect.arrayContaining([
        '  + everybody may lambda:InvokeFunction on guard-shared-link/Receive/Function when called by its URL',
        "  + everybody may lambda:InvokeFunctionUrl on guard-shared-link/Receive/Function when the URL's auth type is NONE",
        '  + URL of receiver of guard-shared-link: lets everybody in (NONE)',
        '  + handler of guard-shared-link: guard-shared-link/Deliver/Events/Queue starts guard-shared-link/Deliver/Live:live, 5 messages at a time, 5 at once, enabled',
        '  + guard-shared-link: report: changes nothing',
      ]),
    );
    expect(lines.join('\n')).not.toContain('* may');
  });

  it('that goes from report to enforce says so, and nothing else', async () => {
    expect(diff(report, await guarded('enforce')).lines).toEqual([
      'Nightporter-night-Webhooks',
      '  How far it goes',
      '  ~ guard-shared-link: report: changes nothing → enforce: changes things by itself',
    ]);
  });

  it('that moves behind an API names the route and whom it lets in', async () => {
    const { lines } = diff(report, await guarded('report', { ingress: 'http-api' }));
    expect(lines).toContain('  - URL of receiver of guard-shared-link: lets everybody in (NONE)');
    expect(lines).toContain('  + route POST /guard-shared-link of Ingress/Api: lets everybody in (NONE)');
  });
});

describe('settings of a stage', () => {
  it('that only name where it is deployed change nothing', async () => {
    const named = await assembly({ jobs: { 'grant-check': true }, account: '111122223333', region: 'eu-west-1' });
    expect(diff(checkOnly, named).lines).toEqual(['No grant, no way in, no schedule and no mode changes.']);
  });

  it('that arm it from the start are told', async () => {
    expect(diff(checkOnly, await assembly({ jobs: { 'grant-check': true }, armedFromStart: true })).lines).toEqual([
      'Nightporter-night-Jobs',
      '  What starts by itself',
      '  ~ the first deployment: does not arm the stage → arms the stage',
    ]);
  });

  it('that put functions into a network refuse their own code what Lambda may do there', async () => {
    const vpc = { subnetIds: ['subnet-0123456789abcdef0'], securityGroupIds: ['sg-0123456789abcdef0'] };
    const { lines } = diff(checkOnly, await assembly({ jobs: { 'grant-check': true }, vpc }));
    expect(lines.join('\n')).toMatch(
      /\+ grant-check may not ec2:AssignPrivateIpAddresses, .* on \* when lambda:SourceFunctionArn is there\n/,
    );
  });

  it('that turn a durable job on tell its shards from its coordinator, and how far it goes', async () => {
    const rounds = await assembly({ jobs: { 'grant-check': true, 'open-shared-links': { limits: { actions: 7 } } } });
    const { lines } = diff(checkOnly, rounds);
    expect(lines).toContain('  + open-shared-links may lambda:InvokeFunction on open-shared-links/Shard/Function:*');
    expect(lines.join('\n')).toMatch(/\+ shards of open-shared-links may secretsmanager:GetSecretValue on/);
    expect(lines).toContain('  + open-shared-links: report: changes nothing, limits {"actions":7}');
  });
});

describe('a policy', () => {
  const policy = (Statement: object, more: object = {}) => ({ PolicyDocument: { Statement: [Statement] }, ...more });
  const read = { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:x' };

  it('is of those that it is attached to, wherever it stands', () => {
    const Role = { Type: 'AWS::IAM::Role', Properties: {} };
    const Policy = {
      Type: 'AWS::IAM::Policy',
      Properties: policy(read, { Roles: [{ Ref: 'Role' }, 'old'], Users: ['eve'], Groups: ['all'] }),
    };
    expect(said({ Role, Policy })).toEqual(['all', 'eve', 'old', 'Role'].map((who) => `  + ${who} may s3:GetObject on arn:x`));
  });

  it('that is managed is of whoever holds it, and names who does', () => {
    const Managed = { Type: 'AWS::IAM::ManagedPolicy', Properties: policy(read, { Roles: [{ Ref: 'Role' }], Users: ['eve'] }) };
    expect(said({ Managed })).toEqual([
      '  + eve may all of Managed on *',
      '  + Role may all of Managed on *',
      '  + whoever holds Managed may s3:GetObject on arn:x',
    ]);
  });

  it('that names what and whom it is not about says so', () => {
    const Mine = {
      Type: 'AWS::IAM::Policy',
      Properties: policy({ Effect: 'Deny', NotAction: 's3:GetObject', NotResource: ['arn:x', 'arn:y'] }, { Roles: ['r'] }),
    };
    const Theirs = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: policy({ Effect: 'Deny', Action: 'sqs:*', NotPrincipal: { AWS: ['arn:me', 'arn:you'] } }),
    };
    const Anybodys = {
      Type: 'AWS::SNS::TopicPolicy',
      Properties: policy({ Effect: 'Allow', Action: 'sns:Publish', Principal: { AWS: '*' } }),
    };
    expect(said({ Mine, Theirs, Anybodys })).toEqual([
      '  + everybody but arn:me, arn:you may not sqs:* on Theirs',
      '  + everybody may sns:Publish on Anybodys',
      '  + r may not everything but s3:GetObject on everything but arn:x, arn:y',
    ]);
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

describe('another commit', () => {
  const isCheckout = existsSync(join(root, '.git'));
  it.skipIf(!isCheckout)('is compared for stages that cdk.json has here or there; another name is one sentence', () => {
    const { status, stdout, stderr } = spawnSync('bash', ['.ci/diff', 'HEAD', 'dev', 'prodution'], { cwd: root, encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/^Choose a stage that cdk.json has, here or there: "prodution" is none of .*\bdev\b.*\n$/);
  });
});
