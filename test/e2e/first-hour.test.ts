import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployArguments } from '../../infra/deploy/arguments.ts';
import { bootstrapped } from '../infra/bootstrapped.ts';
import { freshClone, root } from '../infra/context.ts';
import { type Aws, startAws } from '../sandbox/aws/index.ts';
import { type BoxSimulator, startBox } from '../sandbox/box/server.ts';
import { synthesize } from '../sandbox/start/synthesize.ts';
import { type Browser, installBrowser } from './browser.ts';
import { commit, copyTo, git, gitEnvironment } from './repository.ts';

const readme = await readFile(join(root, 'README.md'), 'utf8');
const table = /<!-- first hour -->\n([\s\S]*?)<!-- \/first hour -->/.exec(readme)?.[1] ?? '';
const steps = [...table.matchAll(/^\| (\d+) \| `([^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, step = '', command = '', inCi = '']) => ({
  step,
  command,
  inCi,
}));

let [folder, assembly, upstream, clone]: string[] = [];
let box: BoxSimulator;
let aws: Aws;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightporter-hour-'));
  assembly = join(folder, 'cdk.out');
  upstream = published(join(folder, 'upstream'));
  clone = join(folder, 'porter');
  box = await startBox({ users: 30 });
  aws = await startAws({ assembly, environment: { BOX_ENDPOINT_URL: box.url } });
  const { clientId, clientSecret, enterpriseId } = box.app;
  const credentials = { boxAppSettings: { clientID: clientId, clientSecret }, enterpriseID: enterpriseId };
  await writeFile(join(folder, 'credentials.json'), JSON.stringify(credentials));
  browser = await installBrowser(folder);
}, 90_000);
afterAll(async () => {
  await aws?.stop();
  await box?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** This repository as others fetch it, with the cdk.json of a fresh clone. */
function published(path: string): string {
  freshClone(path, '.');
  copyTo(path, ['.gitignore', 'functions', 'infra', 'lib', 'package.json', 'package-lock.json']);
  git(path, 'init', '--quiet', '--initial-branch', 'main');
  commit(path, 'A release');
  return path;
}

async function edit(file: string, place: RegExp, lines: string): Promise<void> {
  const before = await readFile(file, 'utf8');
  expect(before).toMatch(place);
  await writeFile(file, before.replace(place, lines));
}

/** What a company does in its clone: a job of its own, on in its stage. */
async function addJob(): Promise<void> {
  const name = 'functions/scheduled/empty-accounts.ts';
  await cp(join(root, 'test/example', name), join(clone ?? '', name));
  await edit(join(clone ?? '', 'cdk.json'), /("dev": \{[\s\S]*?"jobs": \{\n)/, '$1          "empty-accounts": true,\n');
  commit(clone ?? '', 'A job of our own, and a role that is let in');
}

/** What comes from upstream meanwhile: another flag of the CDK's, and a job that does something else. */
async function release(): Promise<void> {
  await edit(join(upstream ?? '', 'cdk.json'), /("context": \{\n)/, '$1    "@aws-cdk/core:somethingNew": true,\n');
  await edit(join(upstream ?? '', 'functions/scheduled/storage-report.ts'), /title: '/, "title: 'Upgraded ");
  commit(upstream ?? '', 'Another release');
}

/** Parts of commands that have been typed. */
const typedParts = new Set<string>();

/** Types a command of the table, in the clone. @returns what it printed; the files that it reads are the test's */
async function type(command: string, cwd = clone): Promise<string> {
  const { accessKeyId, secretAccessKey, region } = aws.operator;
  const env = {
    ...process.env,
    ...gitEnvironment,
    PATH: [dirname(process.execPath), browser.PATH].join(delimiter),
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    BOX_ENDPOINT_URL: box.url,
    npm_config_offline: 'true',
    // Nobody is there to say yes, and whatever the CDK keeps or asks the internet stays away.
    CDK_FORCE: 'true',
    CDK_HOME: folder,
    CDK_NOTICES: 'false',
    CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  const typed = command.replace('credentials.json', `'${join(folder ?? '', 'credentials.json')}'`).replace('URL', `'${upstream}'`);
  for (const part of command.split(' && ')) typedParts.add(part);
  return (await promisify(execFile)('bash', ['-c', typed], { cwd, env })).stdout;
}

/** What stands for a part of a command that is not typed, as the last column says it. */
const standIns: readonly (readonly [RegExp, string])[] = [
  [/^npm ci$/, '`npm ci` ran before'],
  [/^npx cdk bootstrap$/, 'the sandbox bootstraps'],
  [/^npm run deploy /, 'the sandbox deploys'],
];

/** Types a command without the parts for which something else stands in. */
function typeRest(command: string, cwd = clone): Promise<string> {
  const parts = command.split(' && ').filter((part) => !standIns.some(([pattern]) => pattern.test(part)));
  return type(parts.join(' && '), cwd);
}

/** What `npm run deploy` would hand to the CDK, done by the sandbox. */
async function deploy(command: string): Promise<void> {
  const { words } = deployArguments(/npm run deploy -- (.*)$/.exec(command)?.[1]?.split(' ') ?? []);
  expect(words).toContain('stage=dev');
  const stacks = words.filter((word) => word.startsWith('Nightporter-') && !word.includes(':'));
  const parameters = Object.fromEntries(words.filter((word) => word.includes(':')).map((word) => word.split('=')));
  await aws.deploy(assembly, { parameters, ...(stacks.length > 0 && { stacks }) });
}

const armed = async (): Promise<boolean> => !(await type('npx nightporter status --stage dev')).includes('not armed');

/** What is seen after each command; a command of the table that is not here fails. */
const outcomes: Readonly<Record<string, (command: string) => Promise<void>>> = {
  '1': async (command) => {
    await typeRest(command, folder);
    expect(git(clone ?? '', 'remote', '--verbose')).toContain(`upstream\t${upstream} (fetch)`);
    await symlink(join(root, 'node_modules'), join(clone ?? '', 'node_modules'), 'junction');
    await writeFile(join(clone ?? '', '.git/info/exclude'), 'node_modules\n');
  },
  '2': async (command) => {
    await aws.deploy(bootstrapped());
    expect(await typeRest(command)).toContain('All that is needed works.');
  },
  '3': async (command) => expect(await type(command)).toContain('arn:aws:iam::000000000000:role/sandbox/operator stands in cdk.json now'),
  '4': async (command) => {
    await synthesize(clone ?? '', assembly ?? '', new AbortController().signal, 'dev');
    await deploy(command);
    expect(aws.outputs('Nightporter-dev-Foundation')).toHaveProperty('BoxSecretArnDefault');
    expect(() => aws.outputs('Nightporter-dev-Jobs')).toThrow('No stack named');
  },
  '5': async (command) => expect(await type(command)).toContain('serves now.'),
  '6': async (command) => expect(await type(command)).toContain('All that is needed works.'),
  '7': async (command) => {
    await deploy(command);
    expect(await armed()).toBe(false);
    expect(await type('npx nightporter doctor --stage dev')).toContain('Arm the schedules with: npm run deploy -- --stage dev --arm');
  },
  '8': async (command) => expect(await type(command)).toContain('Started storage-report as '),
  '9': async (command) => {
    await vi.waitFor(async () => expect(await type(command)).toMatch(/storage-report +done +manual#\S+ .*users 30/), {
      timeout: 20_000,
      interval: 500,
    });
  },
  '10': async (command) => {
    expect(await type(command)).toContain('Opened the report of ');
    expect(await browser.shown()).toContain('<title>');
  },
  '11': async (command) => {
    await deploy(command);
    expect(await armed()).toBe(true);
    const { StorageReportSchedule = '' } = aws.outputs('Nightporter-dev-Jobs');
    expect((await aws.fire(StorageReportSchedule)).attempts.at(-1)).toMatchObject({ payload: { users: 30 } });
  },
  '12': async (command) => {
    await addJob();
    await release();
    await typeRest(command);
    expect(git(clone ?? '', 'status', '--porcelain')).toBe('');
    const { context } = JSON.parse(await readFile(join(clone ?? '', 'cdk.json'), 'utf8'));
    expect(context).toMatchObject({
      '@aws-cdk/core:somethingNew': true,
      stages: { dev: { operatorRoleArn: expect.any(String), jobs: { 'empty-accounts': true } } },
    });
    await synthesize(clone ?? '', assembly ?? '', new AbortController().signal, 'dev');
    await deploy(command);
    expect(await armed()).toBe(true);
    expect(await type('npx nightporter status --stage dev')).toMatch(/empty-accounts +never ran[\s\S]*storage-report +done/);
    const { StorageReportSchedule = '' } = aws.outputs('Nightporter-dev-Jobs');
    await aws.fire(StorageReportSchedule, { scheduledTime: new Date(Date.now() + 86_400_000) });
    await type('npx nightporter report open storage-report --stage dev');
    expect(await browser.shown()).toContain('<title>Upgraded ');
  },
  '13': async (command) => {
    const former = aws.remains().length;
    await type(command);
    expect(aws.stacks()).toEqual(['CDKToolkit']);
    const remains = aws.remains().slice(former);
    expect(new Set(remains.map(({ reason }) => reason))).toEqual(new Set(['retained']));
    expect(remains.map(({ type }) => type.split('::').at(-1)).toSorted()).toEqual([
      'Bucket',
      'Bucket',
      'Key',
      'Key',
      'Secret',
      'Table',
      'Table',
    ]);
  },
};

describe('the first hour of the README', { timeout: 90_000 }, () => {
  it('has a test for each of its commands', () => {
    expect(steps.map(({ step }) => step)).toEqual(Object.keys(outcomes));
  });

  it.each(steps)('$step: $command', async ({ step, command }) => {
    await outcomes[step]?.(command);
  });

  it('says in the table what stood in for what, and of nothing else that it did', () => {
    for (const { command, inCi } of steps) {
      const missing = command.split(' && ').filter((part) => !typedParts.has(part));
      const needed = missing.map((part) => standIns.find(([pattern]) => pattern.test(part))?.[1] ?? expect.unreachable(part));
      for (const words of needed) expect(inCi.toLowerCase(), command).toContain(words.toLowerCase());
      if (missing.length === 0) expect(inCi, command).toMatch(/^As it stands/);
    }
  });
});
