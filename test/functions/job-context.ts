import type { JobContext, Log, LogFields, Run } from 'nightporter';
import { pages } from '../../lib/box/pages.ts';
import { openReportSink } from '../../lib/sink/report.ts';
import { MemoryObjectStore } from '../lib/sink/memory-object-store.ts';
import { plainPage } from '../lib/sink/open-report.ts';

/** What every reporting job is handed, but for its managers, params and settings. */
type ReportingContext = Pick<JobContext<never, 'reports:write', unknown>, 'pages' | 'report' | 'run' | 'log' | 'signal'>;

export interface JobOnTheBench {
  readonly context: ReportingContext;
  readonly store: MemoryObjectStore;
  /** Log lines as JSON. */
  readonly logged: string[];
  /** What the session does when the job has ended. */
  end(): Promise<void>;
}

/** A real report sink over an object store in memory, real paging, and a log that can be read. */
export function reportingJob(
  job: string,
  { signal = new AbortController().signal }: { readonly signal?: AbortSignal } = {},
): JobOnTheBench {
  const store = new MemoryObjectStore();
  const run: Run = { id: 'run-1', job, scheduledTime: new Date('2026-11-22T02:00:00.000Z'), attempt: 1 };
  const { sink: report, abandon } = openReportSink({ objects: store, bucket: 'reports', prefix: 'reports', run, page: plainPage, signal });
  const logged: string[] = [];
  const write = (message: string, fields: LogFields = {}): void => void logged.push(JSON.stringify({ message, ...fields }));
  const log: Log = { info: write, warn: write, error: write, metric: (name, value) => write(name, { value }) };
  return { context: { pages, report, run, log, signal }, store, logged, end: abandon };
}

export function ndjson<T>(store: MemoryObjectStore): T[] {
  const lines = store.text('rows.ndjson').split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as T);
}
