import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Duration } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { output, synthesiseStack } from './fixture/synthesise.ts';
import { temporaryFolder } from './fixture/temporary-folder.ts';
import { startAws } from './index.ts';

let assembly: string;

beforeAll(() => {
  assembly = synthesiseStack((stack) => {
    const inline =
      'exports.handler = async ({ ms = 0 }) => { await new Promise((resolve) => setTimeout(resolve, ms)); return process.env.AWS_ENDPOINT_URL; };';
    const made = new LambdaFunction(stack, 'Sleep', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromInline(inline),
      timeout: Duration.seconds(60),
    });
    output(stack, 'name', made.functionName);
  });
});

afterEach(() => void vi.unstubAllEnvs());

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!condition() && Date.now() < deadline) await pause(20);
}

test('two sandboxes stand beside each other', async () => {
  const pair = await Promise.all([startAws({ assembly }), startAws({ assembly })]);
  for (const aws of pair) await aws.deploy();
  const answers = await Promise.all(pair.map((aws) => aws.invoke(aws.outputs('Test').name ?? '', {})));
  expect(answers.map(({ payload }) => payload)).toEqual(pair.map(({ endpoint }) => endpoint));
  await Promise.all(pair.map((aws) => aws.stop()));
});

test('a port that is taken is named, and nothing is left of the sandbox that wanted it', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  const first = await startAws({ assembly });
  const port = Number(new URL(first.endpoint).port);
  await expect(startAws({ assembly, port })).rejects.toThrow(`Port ${port} of 127.0.0.1 is taken`);
  expect(readdirSync(folder)).toHaveLength(1);
  await first.stop();
  const second = await startAws({ assembly, port });
  expect(second.endpoint).toBe(first.endpoint);
  await second.stop();
});

test('after stop there is no process, no port and no file, even of an invocation under way', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  const aws = await startAws({ assembly });
  await aws.deploy();
  const name = aws.outputs('Test').name ?? '';
  await aws.invoke(name, {});
  const running = aws.invoke(name, { ms: 60_000 });
  await pause(100);
  expect(readdirSync(folder)).toHaveLength(1);
  const pids = [...aws.containers().values()].flat();
  expect(pids).toHaveLength(1);
  expect(pids.every(isAlive)).toBe(true);
  await aws.stop();
  expect(await running).toMatchObject({ outcome: 'exit' });
  expect(pids.some(isAlive)).toBe(false);
  expect(readdirSync(folder)).toEqual([]);
  const socket = connect(Number(new URL(aws.endpoint).port), '127.0.0.1');
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

test('containers end by themselves when the sandbox is killed, busy or idle', async () => {
  const script = `
    import { startAws } from ${JSON.stringify(new URL('index.ts', import.meta.url).href)};
    const aws = await startAws({ assembly: ${JSON.stringify(assembly)} });
    await aws.deploy();
    const name = aws.outputs('Test').name;
    await Promise.all([aws.invoke(name, { ms: 100 }), aws.invoke(name, { ms: 100 })]);
    void aws.invoke(name, { ms: 60_000 });
    console.log(JSON.stringify([...aws.containers().values()].flat()));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporaryFolder() },
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const pids = JSON.parse(text.toString()) as number[];
  expect(pids.filter(isAlive)).toHaveLength(2);
  child.kill('SIGKILL');
  await until(() => !pids.some(isAlive));
  expect(pids.filter(isAlive)).toEqual([]);
});

test('announces no end of a connection that lies idle: it might come just as the connection is used again', async () => {
  const aws = await startAws({ assembly: 'none' });
  const { hostname, port } = new URL(aws.endpoint);
  const socket = connect(Number(port), hostname);
  socket.write(`GET / HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  const [head] = (await once(socket, 'data')) as [Buffer];
  expect(head.toString()).toMatch(/^HTTP\/1.1 403/);
  expect(head.toString()).not.toMatch(/keep-alive: *timeout/i);
  socket.destroy();
  await aws.stop();
});
