import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Template } from './altered.ts';

interface AlarmProperties {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

/** Metrics of ours that an assembly's alarms watch, with their dimensions in words. */
export async function alarmedMetrics(assembly: string): Promise<readonly string[]> {
  const template = JSON.parse(await readFile(join(assembly, 'Nightporter-sandbox-Jobs.template.json'), 'utf8')) as Template;
  return Object.values(template.Resources)
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => Properties as AlarmProperties)
    .filter(({ Namespace }) => Namespace === 'Nightporter')
    .map(({ MetricName = '', Dimensions = [] }) =>
      inWords(
        MetricName,
        Dimensions.map(({ Name, Value }) => [Name, Value] as const),
      ),
    );
}

/** Metrics of ours that functions have really told CloudWatch of. */
export function emittedMetrics(sandbox: Sandbox): readonly string[] {
  const ours = sandbox.aws.metrics().filter(({ namespace }) => namespace === 'Nightporter');
  return ours.map(({ name, dimensions }) => inWords(name, Object.entries(dimensions)));
}

function inWords(name: string, dimensions: readonly (readonly [string, string])[]): string {
  const pairs = dimensions.map(([key, value]) => `${key}=${value}`).sort();
  return `${name} ${pairs.join(' ')}`;
}
