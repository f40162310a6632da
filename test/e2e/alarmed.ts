import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { Template } from './altered.ts';

interface Watched {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: Reference }[];
}

interface AlarmProperties extends Watched {
  /** Of an alarm that reckons: the sum, and the metrics that it is made of. */
  readonly Metrics?: readonly { readonly MetricStat?: { readonly Metric: Watched } }[];
}

type Reference = string | { readonly Ref: string } | { readonly 'Fn::GetAtt': readonly [string, string] };

/** Metrics that the alarms of an assembly's stacks watch, ours and AWS's, with their dimensions in words. */
export async function alarmedMetrics(assembly: string, sandbox: Sandbox): Promise<readonly string[]> {
  // Nothing changes: it only tells what is there.
  const { stacks } = await sandbox.aws.deploy();
  const files = (await readdir(assembly)).filter((name) => name.endsWith('.template.json'));
  const ofEach = files.map(async (file) => {
    const { Resources } = JSON.parse(await readFile(join(assembly, file), 'utf8')) as Template;
    const made = stacks[file.replace('.template.json', '')]?.resources ?? {};
    const alarms = Object.values(Resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
    return alarms.flatMap(watchedBy).map(({ Namespace = '', MetricName = '', Dimensions = [] }) => {
      const pairs = Dimensions.map(({ Name, Value }) => [Name, physicalName(Value, made)] as const);
      return inWords(Namespace, MetricName, pairs);
    });
  });
  return (await Promise.all(ofEach)).flat();
}

function watchedBy({ Properties }: Template['Resources'][string]): readonly Watched[] {
  const { Metrics, ...single } = Properties as AlarmProperties;
  return Metrics?.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []) ?? [single];
}

/** Metrics that CloudWatch has really been told of. */
export function emittedMetrics(sandbox: Sandbox): ReadonlySet<string> {
  return new Set(sandbox.aws.metrics().map(({ namespace, name, dimensions }) => inWords(namespace, name, Object.entries(dimensions))));
}

/** A queue's `Ref` is its address, whose end is its name. */
function physicalName(value: Reference, made: Readonly<Record<string, string>>): string {
  if (typeof value === 'string') return value;
  const logicalId = 'Ref' in value ? value.Ref : value['Fn::GetAtt'][0];
  return made[logicalId]?.split('/').at(-1) ?? '';
}

function inWords(namespace: string, name: string, dimensions: readonly (readonly [string, string])[]): string {
  const pairs = dimensions.map(([key, value]) => `${key}=${value}`).sort();
  return `${namespace} ${name} ${pairs.join(' ')}`;
}
