import type { Cell, ReportDefinition, ReportSink, ReportWriter } from '../declare/report.ts';
import { NightporterError } from '../errors.ts';
import type { ObjectStore } from './object-store.ts';
import type { PageAssets } from './page/assets.ts';
import { Writer } from './writer.ts';

export interface ReportRun {
  readonly id: string;
  readonly job: string;
  readonly scheduledTime: Date;
}

export interface ReportSinkOptions {
  readonly objects: ObjectStore;
  readonly bucket: string;
  /** First part of every key, without a slash at its end: `reports`. */
  readonly prefix: string;
  readonly run: ReportRun;
  readonly page: PageAssets;
  /** Milliseconds since 1970; `Date.now` if left out. */
  readonly now?: () => number;
  /** When it aborts, nothing more is taken, and its reason is what `add` and `publish` throw. */
  readonly signal: AbortSignal;
}

/** A run's report: `sink` is for the job, `abandon` for the session. */
export interface OpenReportSink {
  readonly sink: ReportSink;
  /** To be called when the run has ended, however it did: takes back what was sent and not published. Never throws. */
  abandon(): Promise<void>;
}

/**
 * Reports go to `<prefix>/<job>/<scheduled time>/<run id>/`. Nothing can be seen there before `publish`, and a report counts when its manifest,
 * written last, is there. No object is ever overwritten.
 */
export function openReportSink(options: ReportSinkOptions): OpenReportSink {
  let writer: Writer | undefined;
  return {
    sink: {
      async finding(id, row) {
        const { objects, run, signal } = options;
        const body = Buffer.from(JSON.stringify({ id, at: run.scheduledTime.toISOString(), ...row }));
        await objects.put({ ...findingOf(options, id), contentType: 'application/json', mayReplace: true }, body, signal);
      },
      async found(id) {
        const text = await options.objects.read(findingOf(options, id), options.signal);
        return text === undefined ? undefined : (JSON.parse(text) as Record<string, Cell>);
      },
      async open<const K extends string>(definition: ReportDefinition<K>): Promise<ReportWriter<K>> {
        if (writer) throw new NightporterError('REPORT_INVALID', 'Open one report per run: this run has opened one already.');
        const general = definition as unknown as ReportDefinition<string>;
        checkDefinition(general);
        options.signal.throwIfAborted();
        writer = new Writer(options, folderOf(options), general);
        return writer;
      },
    },
    async abandon() {
      await writer?.abandon(new NightporterError('REPORT_INVALID', 'Publish the report before the run ends: this one was abandoned.'));
    },
  };
}

function findingOf({ bucket, prefix, run }: ReportSinkOptions, id: string): { readonly bucket: string; readonly key: string } {
  return { bucket, key: [prefix, run.job, 'findings', dayOf(run.scheduledTime), `${encodeURIComponent(id)}.json`].join('/') };
}

function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}

/** The time as in ISO 8601 without milliseconds and colons, which S3 consoles and file systems dislike: `2026-11-22T020000Z`. */
function folderOf({ prefix, run }: ReportSinkOptions): string {
  const time = run.scheduledTime
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '');
  // A manual run's id is its caller's: it must not lead into another folder.
  return [prefix, run.job, time, encodeURIComponent(run.id), ''].join('/');
}

function checkDefinition({ columns, orders }: ReportDefinition<string>): void {
  if (Object.keys(columns).length === 0) throw new NightporterError('REPORT_INVALID', 'Declare at least one column of the report.');
  for (const { label, by } of orders) {
    if (!Object.hasOwn(columns, by))
      throw new NightporterError('REPORT_INVALID', `Correct the order "${label}": there is no column "${by}".`);
  }
}
