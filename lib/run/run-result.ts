import type { RunCounts } from '../declare/job-context.ts';
import type { MetricGroup } from '../observe/embedded-metrics.ts';

/** What a run answers: counts, or that another run has done or is doing the work. */
export type RunResult = RunCounts | 'duplicate';

/** What the dashboard draws of a run: how late it began, and how many users it got through, where a job counts those. */
export function metricsOf(lagMs: number, users: number | undefined): MetricGroup['metrics'] {
  return new Map([
    // A retry, or a clock that was corrected, may begin before its time.
    ['RunLag', { unit: 'Milliseconds' as const, value: Math.max(0, lagMs) }],
    ...(users === undefined ? [] : [['UsersDone', { unit: 'Count' as const, value: users }] as const]),
  ]);
}
