import { fork } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { World } from './fleet-world.ts';
import type { ColdStart } from './process.ts';

const script = join(import.meta.dirname, 'process.ts');

/** Starts so many processes, releases them together when all are ready, and lets each end. */
export async function startProcesses(count: number, { url }: World, table: string | undefined): Promise<readonly ColdStart[]> {
  const env = {
    PATH: process.env.PATH ?? '',
    // The same sources fifty times over.
    NODE_COMPILE_CACHE: join(tmpdir(), 'nightporter-fleet-processes'),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'fleet',
    AWS_SECRET_ACCESS_KEY: 'fleet',
    AWS_ENDPOINT_URL: `${url}/fleet`,
    BOX_ENDPOINT_URL: `${url}/fleet`,
    BOX_SECRET_ARN: 'arn:aws:secretsmanager:eu-west-1:000000000000:secret:box',
    ...(table !== undefined && { TOKENS_TABLE: table, TOKENS_KEY_ARN: 'arn:aws:kms:eu-west-1:000000000000:key/tokens' }),
  };
  const children = Array.from({ length: count }, () => fork(script, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }));
  try {
    await Promise.all(children.map((child) => once(child, 'message')));
    const told = children.map((child) => once(child, 'message'));
    for (const child of children) child.send('go');
    return (await Promise.all(told)).map(([coldStart]) => coldStart as ColdStart);
  } finally {
    for (const child of children) child.kill();
  }
}
