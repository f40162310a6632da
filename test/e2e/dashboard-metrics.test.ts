import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';
import type { Template } from './altered.ts';

/** The stage "sandbox" does not share tokens. */
const notHere = ['TokenSharedHit'];

it('every graph of the dashboard draws a metric that is really emitted, under those dimensions', async () => {
  const template = JSON.parse(await readFile(join(inject('assembly'), 'Nightporter-sandbox-Jobs.template.json'), 'utf8')) as Template;
  const dashboards = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Dashboard');
  const body = JSON.stringify(dashboards).replaceAll('\\', '');
  const searches = [...body.matchAll(/SEARCH\('\{Nightporter,([^}]+)\} Stage="sandbox" MetricName="(\w+)"/g)];
  const drawn = searches.map(([, dimensions, name]) => `${name} ${dimensions}`);
  expect(drawn.length).toBeGreaterThanOrEqual(10);

  let now = Date.UTC(2026, 10, 1, 2);
  const clock = () => now;
  await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5, now: clock }, aws: { now: clock } });
  const { box } = sandbox;
  const night = async (...jobs: readonly string[]) => {
    for (const job of jobs) await sandbox.run(job, new Date(now - 90_000));
    now += 86_400_000;
  };
  await sandbox.putSecret();
  box.faults.once({ path: '/2.0/users' }, { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
  await night('storage-report', 'missing-runs');
  box.app.change({ authorized: false });
  box.tokens.revokeAll();
  await night('storage-report');
  box.app.change({ authorized: true });
  now += 9 * 86_400_000;
  await night('missing-runs', 'storage-report');

  const emitted = sandbox.aws.metrics().filter(({ namespace }) => namespace === 'Nightporter');
  const known = emitted.map(({ name, dimensions }) => `${name} ${Object.keys(dimensions).sort().reverse().join(',')}`);
  const missing = drawn.filter((metric) => !known.includes(metric) && !known.includes(reversed(metric)));
  expect(missing.map((metric) => metric.split(' ')[0])).toEqual(notHere);
  const of = (metric: string) => emitted.filter(({ name }) => name === metric).map(({ value }) => value);
  expect(of('BoxThrottled')).toEqual([1]);
  expect(of('UsersDone')).toEqual([5, 5]);
  for (const lag of of('RunLag')) expect(lag).toBeGreaterThanOrEqual(90_000);
});

function reversed(metric: string): string {
  const [name = '', dimensions = ''] = metric.split(' ');
  return `${name} ${dimensions.split(',').reverse().join(',')}`;
}
