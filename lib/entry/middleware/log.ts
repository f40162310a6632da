import { NightporterError } from '../../errors.ts';
import type { MetricGroup } from '../../observe/embedded-metrics.ts';
import type { PipelineLog } from '../../observe/log.ts';
import { parseEvent } from '../event.ts';
import type { Middleware, RunResult } from '../run-context.ts';

/** One line at the end of each run, with its outcome as a metric: the alarms and the run watch live on it. */
export function withLog(log: PipelineLog): Middleware {
  let coldStart = true;
  let startedAt = 0;
  return {
    before({ event, context }) {
      startedAt = Date.now();
      context.log = log.with({ run: context.awsRequestId, coldStart });
      coldStart = false;
      context.due = parseEvent(event, new Date(startedAt));
    },
    after({ context, response }) {
      const { due } = context;
      const fields = { durationMs: Date.now() - startedAt, due: due.key, ...(response as object) };
      context.log.succeeded(fields, metricsOf(startedAt - due.scheduledTime.getTime(), response));
    },
    onError({ context, error }) {
      context.log.failed(error instanceof NightporterError ? 'Run failed.' : 'Run failed: the job threw.', error);
    },
  };
}

/** What the dashboard draws of a run: how late it began, and how many users it got through, where a job counts those. */
function metricsOf(lagMs: number, response: RunResult | null | undefined): MetricGroup['metrics'] {
  const users = typeof response === 'object' ? response?.users : undefined;
  return new Map([
    // A retry, or a clock that was corrected, may begin before its time.
    ['RunLag', { unit: 'Milliseconds' as const, value: Math.max(0, lagMs) }],
    ...(typeof users === 'number' ? [['UsersDone', { unit: 'Count' as const, value: users }] as const] : []),
  ]);
}
