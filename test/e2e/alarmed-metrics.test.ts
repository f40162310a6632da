import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { openSandbox } from '../sandbox/sandbox.ts';
import type { Template } from './altered.ts';

interface AlarmProperties {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

describe('every alarm on a metric of ours', () => {
  it('watches one that is really emitted, with those very dimensions', async () => {
    const template = JSON.parse(await readFile(join(inject('assembly'), 'Nightporter-sandbox-Jobs.template.json'), 'utf8')) as Template;
    const alarmed = Object.values(template.Resources)
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties as AlarmProperties)
      .filter(({ Namespace }) => Namespace === 'Nightporter')
      .map(
        ({ MetricName, Dimensions = [] }) =>
          `${MetricName} ${Dimensions.map(({ Name, Value }) => `${Name}=${Value}`)
            .sort()
            .join(' ')}`,
      );
    expect(alarmed.length).toBeGreaterThanOrEqual(6);

    let now = Date.UTC(2026, 10, 1);
    const clock = () => now;
    await using sandbox = await openSandbox({ assembly: inject('assembly'), box: { users: 5, now: clock }, aws: { now: clock } });
    await sandbox.putSecret();
    await sandbox.run('grant-check', new Date(now));
    await sandbox.run('missing-runs', new Date(now));
    // Nothing runs for nine days: the next look finds every schedule's run missing.
    now = Date.UTC(2026, 10, 10);
    await sandbox.run('missing-runs', new Date(now));
    const emitted = sandbox.aws
      .metrics()
      .filter(({ namespace }) => namespace === 'Nightporter')
      .map(
        ({ name, dimensions }) =>
          `${name} ${Object.entries(dimensions)
            .map(([key, value]) => `${key}=${value}`)
            .sort()
            .join(' ')}`,
      );
    expect(alarmed.filter((metric) => !emitted.includes(metric))).toEqual([]);
  });
});
