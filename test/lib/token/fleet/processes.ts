import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from './fleet-world.ts';
import type { ColdStart } from './process.ts';

const script = join(import.meta.dirname, 'process.ts');

/** As in the environment of a function. */
export const secretArn = 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:box';

/** Processes that are ready, and wait for the word. */
export interface Processes extends Disposable {
  readonly children: readonly ChildProcess[];
  /** Releases them together. @returns what each tells at its end */
  start(): Promise<readonly ColdStart[]>;
}

export async function readyProcesses(count: number, { url }: World, table: string | undefined): Promise<Processes> {
  const env = {
    PATH: process.env.PATH ?? '',
    // The same sources fifty times over.
    NODE_COMPILE_CACHE: join(tmpdir(), 'nightporter-fleet-processes'),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'fleet',
    AWS_SECRET_ACCESS_KEY: 'fleet',
    AWS_ENDPOINT_URL: `${url}/fleet`,
    BOX_ENDPOINT_URL: `${url}/fleet`,
    BOX_SECRET_ARN: secretArn,
    ...(table !== undefined && { TOKENS_TABLE: table, TOKENS_KEY_ARN: 'arn:aws:kms:eu-west-1:000000000000:key/tokens' }),
  };
  const children = Array.from({ length: count }, () => fork(script, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  const kill = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  await Promise.all(children.map((child) => once(child, 'message'))).catch((error) => {
    kill();
    throw error;
  });
  return {
    children,
    async start() {
      const told = children.map((child) => once(child, 'message'));
      for (const child of children) child.send('go');
      return (await Promise.all(told)).map(([coldStart]) => coldStart as ColdStart);
    },
    [Symbol.dispose]: kill,
  };
}

/** Starts so many processes, releases them together when all are ready, and lets each end. */
export async function startProcesses(count: number, world: World, table: string | undefined): Promise<readonly ColdStart[]> {
  using processes = await readyProcesses(count, world, table);
  return await processes.start();
}
