import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createPeer, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { Duration, type Stack } from 'aws-cdk-lib';
import { type FunctionProps, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { code, output, synthesiseStack } from '../fixture/synthesise.ts';
import { temporaryFolder } from '../fixture/temporary-folder.ts';
import { type Aws, startAws } from '../index.ts';

const source = `
const { mkdirSync, writeFileSync } = require('node:fs');
const { Agent, get } = require('node:http');
const { connect } = require('node:net');
const { spawn } = require('node:child_process');
const { tmpdir } = require('node:os');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const agent = new Agent({ keepAlive: true });
let ticks = 0;
setInterval(() => { ticks += 1; }, 10).unref();
exports.hoard = async () => { const kept = []; for (;;) { kept.push(Buffer.alloc(16 << 20, 1)); await pause(5); } };
exports.fill = async () => { mkdirSync(tmpdir() + '/deep'); for (let file = 0; ; file++) { writeFileSync(tmpdir() + '/deep/' + file, Buffer.alloc(32 << 20, 1)); await pause(5); } };
exports.small = async () => writeFileSync(tmpdir() + '/small', 'x');
let socket;
const written = () => new Promise((resolve) => socket.write('G', (error) => resolve(error?.code ?? null)));
exports.write = async ({ port }) => {
  if (socket) return { error: (await written()) ?? (await pause(50), await written()) };
  // Never read from, it does not notice its end.
  socket = connect({ port, host: '127.0.0.1' }).on('error', () => {}).pause();
  return { error: await written() };
};
exports.leave = async () => process.exit(7);
exports.never = () => { for (;;); };
exports.busy = async ({ ms = 0 }) => { await pause(ms); return process.pid; };
exports.parent = async ({ end }) => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
  if (end) process.exit(1);
  return child.pid;
};
exports.ticks = async () => { const before = ticks; await pause(30); return { before, now: Date.now() }; };
exports.call = async ({ url, lookFirst }) => {
  if (lookFirst) await pause(50);
  return called(url);
};
const called = (url) => new Promise((resolve) => {
  const request = get(url, { agent }, (answer) => answer.resume().on('end', () => resolve({ reused: request.reusedSocket })));
  request.on('error', (error) => resolve({ reused: request.reusedSocket, error: error.code }));
});
`;

let assembly: string;
let aws: Aws;
let origin: Server;
let ahead = 0;

beforeAll(async () => {
  assembly = synthesiseStack((stack: Stack) => {
    const asset = code({ 'index.cjs': source });
    const add = (id: string, more: Partial<FunctionProps> = {}) =>
      output(
        stack,
        `${id}Name`,
        new LambdaFunction(stack, id, {
          runtime: Runtime.NODEJS_24_X,
          handler: `index.${id}`,
          code: asset,
          timeout: Duration.seconds(10),
          memorySize: 256,
          ...more,
        }).functionName,
      );
    for (const id of ['hoard', 'fill', 'small', 'write', 'leave', 'busy', 'ticks', 'call', 'parent']) add(id);
    add('never', { timeout: Duration.seconds(1) });
  });
  aws = await startAws({ assembly, now: () => Date.now() + ahead, lambda: { coldStarts: 2 } });
  await aws.deploy();
  origin = createServer((_, reply) => reply.end('ok'));
  origin.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  await aws.stop();
  origin.closeAllConnections();
  origin.close();
});

const linux = process.platform === 'linux';
const functionName = (id: string) => aws.outputs('Test')[`${id}Name`] ?? '';
const invoke = (id: string, payload: object = {}) => aws.invoke(functionName(id), payload);
const containers = (id: string) => aws.containers().get(functionName(id)) ?? [];
const stateOf = (pid: number | undefined) => /State:\s+(\w)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];

test.runIf(linux)('a function that takes more memory than it has is killed', async () => {
  expect(await invoke('hoard')).toMatchObject({ outcome: 'exit', payload: { errorType: 'Runtime.OutOfMemory' } });
  expect(containers('hoard')).toEqual([]);
});

test('a function that fills its disk is ended, and its files are gone', async () => {
  expect(await invoke('fill')).toMatchObject({ outcome: 'exit', payload: { errorType: 'Sandbox.StorageExceeded' } });
});

test('an exit and an endless loop end the container, not the sandbox', async () => {
  expect(await invoke('leave')).toMatchObject({ outcome: 'exit', payload: { errorMessage: expect.stringContaining('exit status 7') } });
  expect(await invoke('never')).toMatchObject({ outcome: 'timeout' });
  expect([...containers('leave'), ...containers('never')]).toEqual([]);
});

test('an idle container is frozen: nothing runs until its next invocation, whose time has moved on', async () => {
  const first = (await invoke('ticks')).payload as { before: number; now: number };
  const [pid] = containers('ticks');
  await vi.waitFor(() => expect(stateOf(pid)).toBe('T'));
  await pause(300);
  ahead += 3_600_000;
  const second = await invoke('ticks');
  const { before, now } = second.payload as { before: number; now: number };
  expect(second.coldStart).toBe(false);
  // Without the freeze some 30 ticks would have passed.
  expect(before - first.before).toBeLessThan(15);
  expect(now - first.now).toBeGreaterThan(3_600_000);
});

const frozen = (id: string) => vi.waitFor(() => expect(stateOf(containers(id)[0])).toBe('T'));

test.runIf(linux)('a connection that its peer has closed meanwhile is not used again by who looks at it after the thaw', async () => {
  const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/`;
  expect((await invoke('call', { url })).payload).toEqual({ reused: false });
  await frozen('call');
  origin.closeAllConnections();
  // A turn of the event loop first: whether Node sees the end of the connection before it writes is anybody's guess otherwise.
  expect(await invoke('call', { url, lookFirst: true })).toMatchObject({ coldStart: false, payload: { reused: false } });
  expect((await invoke('call', { url })).payload).toEqual({ reused: true });
});

test.runIf(linux)('it breaks under who writes to it without a look, as on AWS', async () => {
  // What was sent is read before the end: an end with something unread would be a reset at once.
  const heard = Promise.withResolvers<Socket>();
  const peer = createPeer((connection) => connection.on('data', () => heard.resolve(connection)).on('error', () => {}));
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  const { port } = peer.address() as AddressInfo;
  expect((await invoke('write', { port })).payload).toEqual({ error: null });
  await frozen('write');
  (await heard.promise).destroy();
  await once(peer.close(), 'close');
  expect(await invoke('write', { port })).toMatchObject({ coldStart: false, payload: { error: 'EPIPE' } });
});

test('many cold starts at once wait in line, and all answer', async () => {
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => invoke('busy', { ms: 300 })));
  expect(outcomes.every(({ outcome }) => outcome === 'response')).toBe(true);
  expect(new Set(outcomes.map(({ payload }) => payload)).size).toBeGreaterThan(1);
});

test('a container, or all of a function, can be killed at any moment', async () => {
  const running = invoke('busy', { ms: 5_000 });
  await pause(300);
  expect(await aws.kill(functionName('busy'))).toBeGreaterThan(0);
  expect(await running).toMatchObject({ outcome: 'exit', payload: { errorMessage: expect.stringContaining('signal: SIGKILL') } });
  await invoke('busy');
  const [pid = 0] = containers('busy');
  expect(await aws.kill(pid)).toBe(1);
  expect(await aws.kill(pid)).toBe(0);
});

test.runIf(linux)('what a function has started is frozen with it, and ends with it', async () => {
  const { payload: child } = await invoke('parent');
  expect(isAlive(Number(child))).toBe(true);
  await vi.waitFor(() => expect(stateOf(Number(child))).toBe('T'));
  await aws.kill(functionName('parent'));
  await vi.waitFor(() => expect(isAlive(Number(child))).toBe(false));
  // Its streams are still open in the child, which would keep the outcome back.
  expect(await invoke('parent', { end: true })).toMatchObject({ outcome: 'exit' });
});

test('a frozen container leaves no file behind', async () => {
  const folder = temporaryFolder();
  vi.stubEnv('TMPDIR', folder);
  const other = await startAws({ assembly });
  vi.unstubAllEnvs();
  await other.deploy();
  await other.invoke(functionName('small'), {});
  expect(readdirSync(folder)).toHaveLength(1);
  await other.stop();
  expect(readdirSync(folder)).toEqual([]);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0) && stateOf(pid) !== 'Z';
  } catch {
    return false;
  }
}

test('a container that is killed while it is idle gets no invocation, in whichever moment of its end one comes', async () => {
  const name = functionName('busy');
  for (const milliseconds of [0, 1, 2, 4, 8, 16]) {
    await aws.invoke(name, {});
    const killing = aws.kill(name);
    await pause(milliseconds);
    expect(await aws.invoke(name, {})).toMatchObject({ outcome: 'response', coldStart: true });
    await killing;
  }
});
