import { writeSync } from 'node:fs';
import type { Log, LogFields } from '../declare/job-context.ts';
import { describeError } from './describe-error.ts';
import { embeddedMetrics, type MetricGroup } from './embedded-metrics.ts';
import { type Tallied, Tally } from './tally.ts';

type Level = 'INFO' | 'WARN' | 'ERROR';

/** A job's log, and what only the pipeline may say. */
export interface PipelineLog extends Log {
  /** An error by its code and message, its cause by name only: causes of others may quote requests. */
  failure(message: string, error: unknown): void;
  /** The last line of a run that is done, with its outcome and other metrics of the job in it, and all that was counted until then. */
  succeeded(fields: LogFields, metrics?: MetricGroup['metrics']): void;
  /** The last line of one that failed, likewise. */
  failed(message: string, error: unknown): void;
  /** Adds to a metric of the Box app (dimensions stage and app); it costs no line, the run's last one tells it. */
  count(name: string, times?: number): void;
  /** One measurement in ms, likewise. */
  measure(name: string, ms: number): void;
  /** Tells at once what was counted, for what can't wait until the run ends. */
  tell(): void;
  /** The same log with these fields on every line. */
  with(fields: LogFields): PipelineLog;
}

export interface LogOptions {
  readonly stage: string;
  readonly job: string;
  /** The Box app of the job; `default` if left out. */
  readonly app?: string | undefined;
  readonly now?: () => number;
  /** Takes one line without its line end; standard output if left out. */
  readonly write?: (line: string) => void;
}

/**
 * Not through `console`: with JSON logging, Lambda's console wraps what it is given, and a wrapped metric is no metric
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
const toStandardOutput = (line: string): void => {
  const text = `${line}\n`;
  let written = 0;
  try {
    written = writeSync(1, text);
    if (written === Buffer.byteLength(text)) return;
  } catch {
    // EAGAIN: the pipe is full.
  }
  // The stream can wait for its reader; to make one for every function would cost each of them time.
  process.stdout.write(Buffer.from(text).subarray(written));
};

const once: Tallied = { unit: 'Count', value: 1 };
const succeeded = new Map([['RunSucceeded', once]]);
const failed = new Map([['RunFailed', once]]);
const none: MetricGroup['metrics'] = new Map();

export function createLog(options: LogOptions, bound: LogFields = {}, tally = new Tally()): PipelineLog {
  const { stage, job, app = 'default', now = Date.now, write = toStandardOutput } = options;
  const line = (level: Level, message: string, fields?: LogFields, metrics?: object): void => {
    write(JSON.stringify({ timestamp: new Date(now()).toISOString(), level, message, stage, job, ...bound, ...fields, ...metrics }));
  };
  const ofJob = (metrics: MetricGroup['metrics'], named = job): MetricGroup => ({ dimensions: { Stage: stage, Job: named }, metrics });
  const counted = (): readonly MetricGroup[] => {
    const metrics = tally.take();
    return metrics ? [{ dimensions: { Stage: stage, App: app }, metrics }] : [];
  };
  const withCounted = (outcome: MetricGroup['metrics']): object => embeddedMetrics([ofJob(outcome), ...counted()], now());

  return {
    info: (message, fields) => line('INFO', message, fields),
    warn: (message, fields) => line('WARN', message, fields),
    error: (message, fields) => line('ERROR', message, fields),
    failure: (message, error) => line('ERROR', message, describeError(error)),
    succeeded: (fields, metrics = none) => line('INFO', 'Run done.', fields, withCounted(new Map([...succeeded, ...metrics]))),
    failed: (message, error) => line('ERROR', message, describeError(error), withCounted(failed)),
    metric(name, value, { unit = 'Count', job: named } = {}) {
      write(JSON.stringify({ ...embeddedMetrics([ofJob(new Map([[name, { unit, value }]]), named)], now()), ...bound }));
    },
    count: (name, times = 1) => tally.count(name, times),
    measure: (name, ms) => tally.measure(name, ms),
    tell() {
      const groups = counted();
      if (groups.length > 0) write(JSON.stringify({ ...embeddedMetrics(groups, now()), ...bound }));
    },
    with: (fields) => createLog(options, { ...bound, ...fields }, tally),
  };
}
