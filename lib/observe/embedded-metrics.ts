import type { Tallied } from './tally.ts';

/** Metrics that are told under the same dimensions; these are few and bounded, since each combination is paid for. */
export interface MetricGroup {
  readonly dimensions: Readonly<Record<string, string>>;
  readonly metrics: ReadonlyMap<string, Tallied>;
}

/**
 * What makes a log line a source of metrics (CloudWatch's embedded metric format): goes into its root. Names of metrics and of dimensions
 * begin with a capital, so that they never meet a field of ours.
 */
export function embeddedMetrics(groups: readonly MetricGroup[], now: number): Readonly<Record<string, unknown>> {
  const root: Record<string, unknown> = {};
  const directives = groups.map(({ dimensions, metrics }) => {
    const definitions: object[] = [];
    for (const [name, { unit, value }] of metrics) {
      definitions.push({ Name: name, Unit: unit });
      root[name] = value;
    }
    Object.assign(root, dimensions);
    return { Namespace: 'Nightporter', Dimensions: [Object.keys(dimensions)], Metrics: definitions };
  });
  root._aws = { Timestamp: now, CloudWatchMetrics: directives };
  return root;
}
