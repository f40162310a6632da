import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Duration, type Stack } from 'aws-cdk-lib';
import { FunctionUrlAuthType, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { beforeAll, expect, test, vi } from 'vitest';
import { holdings } from '../../holdings.ts';
import { code, output, synthesiseStack } from '../fixture/synthesise.ts';
import { temporaryFolder } from '../fixture/temporary-folder.ts';
import { type Aws, startAws } from '../index.ts';

/** `LEFTOVER_INVOCATIONS=500` for the whole proof; every tenth ends its container. */
const invocations = Number(process.env.LEFTOVER_INVOCATIONS ?? 60);

const source = `
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
export const parent = async () => [process.pid, spawn('sleep', ['60'], { stdio: 'ignore' }).pid];
export const work = async ({ n }) => {
  writeFileSync(tmpdir() + '/scratch-' + n, 'x'.repeat(1000));
  if (n % 10 === 9) process.exit(1);
  return process.pid;
};
export const sleep = () => new Promise((resolve) => setTimeout(resolve, 60_000));
`;

let assembly: string;

beforeAll(() => {
  assembly = synthesiseStack((stack: Stack) => {
    const asset = code({ 'index.mjs': source });
    for (const id of ['work', 'sleep', 'parent']) {
      const made = new LambdaFunction(stack, id, {
        runtime: Runtime.NODEJS_24_X,
        handler: `index.${id}`,
        code: asset,
        timeout: Duration.minutes(2),
      });
      made.addFunctionUrl({ authType: FunctionUrlAuthType.NONE });
      output(stack, `${id}Name`, made.functionName);
    }
  });
});

async function invokeAll(aws: Aws): Promise<void> {
  const name = aws.outputs('Test').workName ?? '';
  for (let n = 0; n < invocations; n += 5) {
    await Promise.all([0, 1, 2, 3, 4].map((offset) => aws.invoke(name, { n: n + offset })));
  }
}

test.runIf(process.platform === 'linux')(
  `${invocations} invocations leave no process, no port and no file behind`,
  async () => {
    const folder = temporaryFolder();
    const before = holdings(folder);
    vi.stubEnv('TMPDIR', folder);
    const aws = await startAws({ assembly });
    vi.unstubAllEnvs();
    await aws.deploy();
    await invokeAll(aws);
    const busy = [aws.invoke(aws.outputs('Test').sleepName ?? '', {})];
    await pause(200);
    expect(holdings(folder).processes.length).toBeGreaterThan(before.processes.length);
    // Some of these start, some wait in line for their start.
    for (let cold = 0; cold < 12; cold += 1) busy.push(aws.invoke(aws.outputs('Test').sleepName ?? '', {}));
    await pause(20);
    await aws.stop();
    expect((await Promise.all(busy)).every(({ outcome }) => outcome === 'exit')).toBe(true);
    console.log(`${invocations} invocations`);
    expect(holdings(folder)).toEqual(before);
  },
  300_000,
);

test.runIf(process.platform === 'linux')('frozen containers, and what they have started, end too when the sandbox is killed', async () => {
  const script = `
    import { startAws } from ${JSON.stringify(new URL('../index.ts', import.meta.url).href)};
    const aws = await startAws({ assembly: ${JSON.stringify(assembly)} });
    await aws.deploy();
    const attempts = await Promise.all([0, 1].map(() => aws.invoke(aws.outputs('Test').parentName, {})));
    console.log(JSON.stringify(attempts.flatMap(({ payload }) => payload)));
    setInterval(() => {}, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: temporaryFolder() },
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const pids = JSON.parse(text.toString()) as number[];
  expect(pids).toHaveLength(4);
  child.kill('SIGKILL');
  await vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), 5_000);
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
