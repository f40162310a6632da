import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const log = fileURLToPath(new URL('../../../lib/observe/log.ts', import.meta.url));

/** Much more than a pipe holds, with characters of several bytes. */
const script = `
const { createLog } = await import(${JSON.stringify(log)});
const log = createLog({ stage: 'test', job: 'job' });
for (let line = 0; line < 40; line++) log.info('é'.repeat(20_000), { line });
log.succeeded({ lines: 40 });
`;

it('every line arrives whole and in order, though nobody reads for a while', async () => {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child, 'spawn');
  await new Promise((resolve) => setTimeout(resolve, 400));
  const lines = (await text(child.stdout))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.map(({ line }) => line)).toEqual([...Array.from({ length: 40 }, (_, line) => line), undefined]);
  for (const { message } of lines.slice(0, 40)) expect(message).toBe('é'.repeat(20_000));
  expect(lines.at(-1)).toMatchObject({ RunSucceeded: 1, lines: 40, Stage: 'test', Job: 'job' });
});
