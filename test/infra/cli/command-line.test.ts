import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'nightporter';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discover } from '../../../infra/discover.ts';
import { listen } from '../../lib/listen.ts';
import { root } from '../stacks.ts';
import { type CliStage, openStage } from './stage.ts';
import { type Ran, typed } from './typed.ts';

const commands = [
  'doctor',
  'status',
  'run',
  'redrive',
  'runs list',
  'runs show',
  'runs follow',
  'plan show',
  'approve',
  'reject',
  'stop',
  'pause',
  'resume',
  'secret admit',
  'secret put',
  'secret stage',
  'secret promote',
  'secret status',
  'token peek',
  'report open',
  'versions prune',
  'deliveries list',
  'deliveries show',
  'deliveries redrive',
  'deliveries replay',
];

describe('help', () => {
  it('of "run" shows params that the jobs take', async () => {
    const jobs = new Map((await discover(root)).map(({ name, declaration }) => [name, declaration]));
    const { stdout } = await typed('run', '--help');
    const examples = [...stdout.matchAll(/nightporter run (\S+) --param (\w+)='?([^'\s]+)'?/g)];
    expect(examples.length).toBeGreaterThanOrEqual(2);
    for (const [line, job = '', name = '', value = ''] of examples) {
      const params = jobs.get(job)?.params as z.ZodMiniType;
      expect(z.safeParse(params, { [name]: JSON.parse(value) }).error, line).toBeUndefined();
    }
  });

  it.each(commands)('of "%s" teaches by examples and names the global options', async (command) => {
    const { exitCode, stdout } = await typed(...command.split(' '), '--help');
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain(`$ npx nightporter ${command}`);
    for (const option of ['--stage', '--region', '--json']) expect(stdout).toContain(option);
    expect(exitCode).toBe(0);
  });

  it('is offered to those who type nothing, and a mistyped command gets a suggestion', async () => {
    expect(await typed()).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Usage: nightporter') });
    expect(await typed('doctr')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean doctor?') });
    expect(await typed('secret', 'prmote')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean promote?') });
    expect(await typed('doctor', '--usr', '1')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean --user?') });
  });
});

describe('what is not there', () => {
  let stage: CliStage;

  beforeAll(async () => {
    stage = await openStage();
  });

  afterAll(() => stage[Symbol.asyncDispose]());

  it('a stage that is not deployed is one sentence and exit code 2, as text and as JSON', async () => {
    Object.assign(process.env, stage.environment);
    const asText = await typed('doctor', '--stage', 'nowhere');
    expect(asText).toMatchObject({ exitCode: 2, stdout: '' });
    expect(asText.stderr).toMatch(
      /^NOT_DEPLOYED: Deploy the stage "nowhere", or name another with --stage or --region: eu-west-1 has no stack of it\.\n$/,
    );
    const asJson = await typed('doctor', '--stage', 'nowhere', '--json');
    expect(JSON.parse(asJson.stdout)).toMatchObject({ error: { code: 'NOT_DEPLOYED', message: expect.any(String) } });
    expect(asJson.exitCode).toBe(2);
  });

  it('a job that is not deployed is answered with those that are', async () => {
    const { exitCode, stderr } = await stage.cli(['run', 'storage-reprot']);
    expect(stderr).toContain('"storage-reprot" is none of grant-check, missing-runs, storage-report.');
    expect(exitCode).toBe(2);
  });

  it('a Box address that is not on this machine is refused before the secret is sent', async () => {
    await stage.sandbox.putSecret();
    const value = process.env.BOX_ENDPOINT_URL;
    Object.assign(process.env, stage.environment, { BOX_ENDPOINT_URL: 'https://api.box.com.example.net' });
    try {
      const { stdout, exitCode } = await typed('doctor', '--stage', 'sandbox');
      expect(stdout).toContain('requests to api.box.com.example.net are refused');
      expect(exitCode).toBe(1);
    } finally {
      process.env.BOX_ENDPOINT_URL = value;
    }
  });

  it('shows no secret in arguments, output, or the errors of a child process', async () => {
    const canary = 'CANARYcanaryCANARYcanary01';
    stage.sandbox.box.app.resetSecret(canary);
    const secret = JSON.stringify({ boxAppSettings: { clientID: 'sandbox-client-id', clientSecret: canary }, enterpriseID: '900001' });
    const runs = [await child(['secret', 'put'], secret), await child(['doctor'], ''), await child(['secret', 'status', '--json'], '')];
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    expect(JSON.stringify(runs)).not.toContain(canary);
  });

  /** The command as a process of its own, and all that could be seen of it meanwhile. */
  async function child(args: readonly string[], input: string): Promise<Ran & { readonly seen: readonly string[] }> {
    const environment = { PATH: process.env.PATH, HOME: '/nonexistent', ...stage.environment };
    const main = join(root, 'infra/cli/main.ts');
    const started = spawn(process.execPath, [main, ...args, '--stage', 'sandbox'], { env: environment });
    const seen: string[] = [];
    const watch = setInterval(() => seen.push(commandLines(started.pid)), 20);
    let [stdout, stderr] = ['', ''];
    started.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    started.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    started.stdin.end(input);
    const exitCode = await new Promise<number>((resolve) => started.on('close', (code) => resolve(code ?? -1)));
    clearInterval(watch);
    return { exitCode, stdout, stderr, seen };
  }
});

/** Arguments and environment of the process, where the system tells (Linux). */
function commandLines(pid: number | undefined): string {
  try {
    return ['cmdline', 'environ'].map((file) => readFileSync(`/proc/${pid}/${file}`, 'utf8')).join(' ');
  } catch {
    return '';
  }
}

describe('AWS', () => {
  it('refuses in one sentence that names the permission, and repeats nothing that AWS says', async () => {
    await using server = await listen((_request, response) => {
      response.writeHead(403, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>echo CANARY</Message></Error></ErrorResponse>',
      );
    });
    const keys = { AWS_ACCESS_KEY_ID: 'AKIDNOBODY', AWS_SECRET_ACCESS_KEY: 'none', AWS_REGION: 'eu-west-1' };
    Object.assign(process.env, keys, { AWS_ENDPOINT_URL: server.url });
    const { exitCode, stderr } = await typed('status');
    expect(stderr).toBe('AWS_REFUSED: Let your identity do cloudformation:DescribeStacks: AWS refused it (AccessDenied).\n');
    expect(exitCode).toBe(1);
  });
});

describe('the files of the command line', () => {
  it('keep to themselves: one for each command', () => {
    const files = readdirSync(join(root, 'infra/cli/command')).map((file) => file.replace('.ts', '').replace('-', ' '));
    expect(files.sort()).toEqual([...commands].sort());
  });
});
