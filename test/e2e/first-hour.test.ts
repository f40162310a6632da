import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deployArguments } from '../../infra/deploy/arguments.ts';
import { freshClone, root } from '../infra/context.ts';
import { type Aws, startAws } from '../sandbox/aws/index.ts';
import { type BoxSimulator, startBox } from '../sandbox/box/server.ts';
import { synthesize } from '../sandbox/start/synthesize.ts';
import { altered, onFunctions } from './altered.ts';
import { type Browser, installBrowser } from './browser.ts';

const readme = await readFile(join(root, 'README.md'), 'utf8');
const table = /<!-- first hour -->\n([\s\S]*?)<!-- \/first hour -->/.exec(readme)?.[1] ?? '';
const steps = [...table.matchAll(/^\| (\d+) \| `([^`]+)` \|.*\| ([^|]+) \|$/gm)].map(([, step = '', command = '', inCi = '']) => ({
  step,
  command,
  inCi,
}));

let [folder, assembly, clone]: string[] = [];
let box: BoxSimulator;
let aws: Aws;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightporter-hour-'));
  assembly = join(folder, 'cdk.out');
  clone = await cloned(join(folder, 'porter'));
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

/** The repository as it is fetched; commands write its cdk.json. */
async function cloned(path: string): Promise<string> {
  freshClone(path, path);
  for (const name of ['functions', 'infra', 'lib', 'package.json']) {
    await cp(join(root, name), join(path, name), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(path, 'node_modules'), 'junction');
  return path;
}

/** Types a command of the table, in the clone. @returns what it printed; the files that it reads are the test's */
async function type(command: string): Promise<string> {
  const { accessKeyId, secretAccessKey, region } = aws.operator;
  const env = {
    ...process.env,
    PATH: [dirname(process.execPath), browser.PATH].join(delimiter),
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    BOX_ENDPOINT_URL: box.url,
    npm_config_offline: 'true',
  };
  const typed = command.replace('credentials.json', `'${join(folder ?? '', 'credentials.json')}'`);
  return (await promisify(execFile)('bash', ['-c', typed], { cwd: clone, env })).stdout;
}

/** What `npm run deploy` would hand to the CDK, done by the sandbox. */
async function deploy(command: string, from = assembly): Promise<void> {
  const { words } = deployArguments(/npm run deploy -- (.*)$/.exec(command)?.[1]?.split(' ') ?? []);
  expect(words).toContain('stage=dev');
  const stacks = words.filter((word) => word.startsWith('Nightporter-') && !word.includes(':'));
  const parameters = Object.fromEntries(words.filter((word) => word.includes(':')).map((word) => word.split('=')));
  await aws.deploy(from, { parameters, ...(stacks.length > 0 && { stacks }) });
}

const armed = async (): Promise<boolean> => !(await type('npx nightporter status --stage dev')).includes('not armed');

/** What is seen after each command; a command of the table that is not here fails. */
const outcomes: Readonly<Record<string, (command: string) => Promise<void>>> = {
  '1': async () => {},
  '2': async () => {},
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
    await using changed = await altered(assembly ?? '', onFunctions({ Timeout: 120 }), { stage: 'dev' });
    await deploy(command, changed.folder);
    expect(await armed()).toBe(true);
    expect(await type('npx nightporter status --stage dev')).toMatch(/storage-report +done/);
  },
  '13': async () => {
    const remains = await aws.destroy();
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
    for (const { command, inCi } of steps) {
      const standIn = inCi !== 'As it stands';
      expect(/^(git|npm run deploy|npx cdk)/.test(command), command).toBe(standIn);
    }
  });

  it.each(steps)('$step: $command', async ({ step, command }) => {
    await outcomes[step]?.(command);
  });
});
