import { writeSync } from 'node:fs';
import type { Log, LogFields, MetricOptions } from '../declare/job-context.ts';
import { describeError } from './describe-error.ts';

type Level = 'INFO' | 'WARN' | 'ERROR';

/** A job's log, and what only the pipeline may say. */
export interface PipelineLog extends Log {
  /** An error by its code and message, its cause by name only: causes of others may quote requests. */
  failure(message: string, error: unknown): void;
  /** The same log with these fields on every line. */
  with(fields: LogFields): PipelineLog;
}

export interface LogOptions {
  readonly stage: string;
  readonly job: string;
  readonly now?: () => number;
  /** Takes one line without its line end; standard output if left out. */
  readonly write?: (line: string) => void;
}

/**
 * Not through `console`: with JSON logging, Lambda's console wraps what it is given, and a wrapped metric is no metric
 * (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
 */
const toStandardOutput = (line: string): void => {
  const bytes = Buffer.from(`${line}\n`);
  let written = 0;
  try {
    while (written < bytes.length) written += writeSync(1, bytes, written);
  } catch {
    // EAGAIN: the pipe is full. The stream can wait for its reader; to make one for every function would cost each of them time.
    process.stdout.write(bytes.subarray(written));
  }
};

export function createLog({ stage, job, now = Date.now, write = toStandardOutput }: LogOptions, bound: LogFields = {}): PipelineLog {
  const line = (level: Level, message: string, fields?: LogFields): void => {
    write(
      JSON.stringify({
        timestamp: new Date(now()).toISOString(),
        level,
        message,
        stage,
        job,
        ...bound,
        ...fields,
      }),
    );
  };
  return {
    info: (message, fields) => line('INFO', message, fields),
    warn: (message, fields) => line('WARN', message, fields),
    error: (message, fields) => line('ERROR', message, fields),
    failure: (message, error) => line('ERROR', message, describeError(error)),
    metric: (name, value, options = {}) => {
      write(
        JSON.stringify({
          ...metric({ stage, job, ...options, name, value }, now()),
          ...bound,
        }),
      );
    },
    with: (fields) => createLog({ stage, job, now, write }, { ...bound, ...fields }),
  };
}

/** One metric in CloudWatch's embedded metric format; the dimensions are few and bounded, since each combination is paid for. */
function metric({ stage, job, name, value, unit = 'Count' }: Metric, now: number): object {
  const directive = {
    Namespace: 'Nightporter',
    Dimensions: [['Stage', 'Job']],
    Metrics: [{ Name: name, Unit: unit }],
  };
  return {
    _aws: { Timestamp: now, CloudWatchMetrics: [directive] },
    Stage: stage,
    Job: job,
    [name]: value,
  };
}

interface Metric extends MetricOptions {
  readonly stage: string;
  readonly job: string;
  readonly name: string;
  readonly value: number;
}
