import type { RunFacts } from '../declare/durable-job.ts';
import type { PublishedReport, ReportDefinition, ReportSummary, Row } from '../declare/report.ts';
import type { OpenReportSink } from '../sink/report.ts';
import type { RunEnd } from './coordinate.ts';
import type { Progress, ProgressBook } from './progress.ts';
import { shardLines } from './shard-lines.ts';
import type { WorkStore } from './work-store.ts';

export interface Publishing {
  readonly store: WorkStore;
  readonly progress: Pick<ProgressBook, 'all'>;
  readonly params: unknown;
  readonly definition: ReportDefinition<string>;
  readonly summarize: (facts: RunFacts<string>) => ReportSummary | Promise<ReportSummary>;
  /** A report with the run's own time on it, whose objects are overwritten: a repeated step publishes the same bytes. */
  readonly openSink: (end: RunEnd) => OpenReportSink;
}

/** The kind of lines that are the report's rows. */
export const rowKind = 'rows';

/** One report of all that the shards have laid down. Memory stays flat: one shard's rows at a time. */
export async function publishRun(
  { store, progress, params, definition, summarize, openSink }: Publishing,
  end: RunEnd,
): Promise<PublishedReport> {
  const shards = await progress.all(end.run.id);
  const { sink, abandon } = openSink(end);
  try {
    const writer = await sink.open(definition);
    for await (const row of rowsOf(store, end, shards)) await writer.add(row);
    const { totals, roster } = end;
    const users = { selected: roster.users, done: totals.done, failed: totals.failed };
    const rows = () => rowsOf(store, end, shards);
    const summary = await summarize({ params, counts: totals.counts, users, rows });
    return await writer.publish({ ...summary, notes: [...(summary.notes ?? []), ...lackOf(users)] });
  } finally {
    await abandon();
  }
}

async function* rowsOf(store: WorkStore, { run }: RunEnd, book: readonly Progress[]): AsyncGenerator<Row<string>> {
  for (const executions of Map.groupBy(book, ({ shard }) => shard).values()) {
    for (const { lines } of await shardLines(store, { job: run.job, run: run.id }, executions, rowKind))
      for (const line of lines) yield JSON.parse(line) as Row<string>;
  }
}

/** A report that lacks somebody says so, and so does one that is about nobody. */
function lackOf({ selected, failed }: { readonly selected: number; readonly failed: number }): readonly string[] {
  if (selected === 0) return ["Nobody was looked at: no user of the enterprise fits the job's `where`."];
  if (failed === 0) return [];
  return [`${failed} of ${selected} users are missing: their part of the work failed.`];
}
