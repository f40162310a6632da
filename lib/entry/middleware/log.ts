import { NightporterError } from '../../errors.ts';
import type { PipelineLog } from '../../observe/log.ts';
import { metricsOf } from '../../run/run-result.ts';
import { parseEvent } from '../event.ts';
import type { Middleware } from '../run-context.ts';

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
      const users = typeof response === 'object' ? response?.users : undefined;
      context.log.succeeded(fields, metricsOf(startedAt - due.scheduledTime.getTime(), users));
    },
    onError({ context, error }) {
      context.log.failed(error instanceof NightporterError ? 'Run failed.' : 'Run failed: the job threw.', error);
    },
  };
}
