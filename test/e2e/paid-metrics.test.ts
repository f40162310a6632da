import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { context, root } from '../infra/context.ts';
import { openSandbox } from '../sandbox/sandbox.ts';

const { dev, sandbox: stage } = context.stages as Readonly<Record<string, { readonly jobs?: object }>>;

it('the README’s table of costs counts the metrics that the jobs of "dev" emit in usual hours, each under its dimensions', async () => {
  expect(stage?.jobs).toEqual(dev?.jobs);
  let now = Date.UTC(2026, 10, 1, 2);
  const clock = () => now;
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5, now: clock }, aws: { now: clock } });
  await sandbox.putSecret();
  await sandbox.run('storage-report', new Date(now));
  for (let hour = 0; hour < 4; hour++) {
    for (const job of ['grant-check', 'missing-runs']) await sandbox.run(job, new Date(now));
    now += 3_600_000;
  }
  const emitted = sandbox.aws.metrics().filter(({ namespace }) => namespace === 'Nightporter');
  // CloudWatch is paid for each name under each combination of dimensions.
  const paid = new Set(emitted.map(({ name, dimensions }) => `${name} ${JSON.stringify(Object.entries(dimensions).toSorted())}`));
  const [row] = /^\| Metrics of ours .*$/m.exec(await readFile(join(root, 'README.md'), 'utf8')) ?? [];
  expect(row, [...paid].join('\n')).toBe(`| Metrics of ours | ${paid.size} | ${(paid.size * 0.3).toFixed(2)} |`);
});
