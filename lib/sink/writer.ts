import type { PublishedReport, ReportDefinition, ReportSummary, ReportWriter, Row } from '../declare/report.ts';
import { NightporterError } from '../errors.ts';
import { csvHeader, writeCsvLine } from './csv.ts';
import { manifestOf } from './manifest.ts';
import { writeNdjsonLine } from './ndjson.ts';
import type { NewObject } from './object-store.ts';
import { renderPage } from './page/render.ts';
import type { ReportSinkOptions } from './report.ts';
import { checkRow, type NamedColumn, namedColumns } from './row.ts';
import { RowsFile } from './rows-file.ts';
import { Selection } from './selection.ts';
import { checkSummary } from './summary.ts';
import { writeTable } from './summary-table.ts';

/** How many rows of each order the page shows. */
const rowsPerOrder = 1_000;

const names = { csv: 'rows.csv', ndjson: 'rows.ndjson', html: 'report.html', manifest: 'manifest.json' } as const;

const contentTypes = {
  csv: 'text/csv; charset=utf-8; header=present',
  ndjson: 'application/x-ndjson',
  html: 'text/html; charset=utf-8',
  manifest: 'application/json',
} as const;

/** One report on its way: rows go out as parts, `publish` makes it visible, any failure takes everything back. */
export class Writer implements ReportWriter<string> {
  readonly #options: ReportSinkOptions;
  readonly #folder: string;
  readonly #definition: ReportDefinition<string>;
  readonly #columns: readonly NamedColumn[];
  readonly #selections: readonly Selection[];
  readonly #csv: RowsFile;
  readonly #ndjson: RowsFile;
  #rows = 0;
  #sending: Promise<void> | undefined;
  /** Why nothing more is taken; undefined while the report is open. */
  #closed: unknown;

  constructor(options: ReportSinkOptions, folder: string, definition: ReportDefinition<string>) {
    this.#options = options;
    this.#folder = folder;
    this.#definition = definition;
    this.#columns = namedColumns(definition.columns);
    this.#selections = definition.orders.map((order) => new Selection(order, definition.columns[order.by]?.kind ?? 'text', rowsPerOrder));
    this.#csv = new RowsFile(options.objects, this.#object('csv'));
    this.#ndjson = new RowsFile(options.objects, this.#object('ndjson'));
    this.#csv.write(csvHeader(this.#columns));
  }

  async add(row: Row<string>): Promise<void> {
    checkRow(this.#columns, row);
    // Callers need not wait for each other; the buffers must not be written to while a part is on its way.
    while (this.#sending) await this.#sending;
    this.#mustBeOpen();
    writeCsvLine(this.#columns, row, this.#csv.write);
    writeNdjsonLine(this.#columns, row, this.#ndjson.write);
    for (const selection of this.#selections) selection.offer(row);
    this.#rows++;
    if (this.#csv.isFull || this.#ndjson.isFull) await this.#sendFullParts();
  }

  async publish(summary: ReportSummary): Promise<PublishedReport> {
    while (this.#sending) await this.#sending;
    this.#mustBeOpen();
    checkSummary(summary);
    this.#closed = new NightporterError('REPORT_INVALID', 'Call publish once, at the end: the report is published already.');
    try {
      return await this.#reveal(summary);
    } catch (error) {
      await this.abandon(error);
      throw error;
    }
  }

  /** Takes back all that cannot be seen yet. Never throws: the bucket's lifecycle rule is the second broom. */
  async abandon(reason: unknown): Promise<void> {
    this.#closed ??= reason;
    await Promise.allSettled([this.#csv.abandon(), this.#ndjson.abandon()]);
  }

  async #sendFullParts(): Promise<void> {
    this.#sending = this.#send().finally(() => {
      this.#sending = undefined;
    });
    await this.#sending;
  }

  async #send(): Promise<void> {
    try {
      if (this.#csv.isFull) await this.#csv.sendPart(this.#options.signal);
      if (this.#ndjson.isFull) await this.#ndjson.sendPart(this.#options.signal);
    } catch (error) {
      await this.abandon(error);
      throw error;
    }
  }

  /** All that can be refused comes first; the manifest comes last and is what makes the report count. */
  async #reveal(summary: ReportSummary): Promise<PublishedReport> {
    const { objects, signal } = this.#options;
    const generatedAt = new Date((this.#options.now ?? Date.now)());
    const html = Buffer.from(this.#page(summary, generatedAt));
    await this.#csv.finish(signal);
    await this.#ndjson.finish(signal);
    const files = [await this.#csv.reveal(signal), await this.#ndjson.reveal(signal)];
    const place = { objects, bucket: this.#options.bucket, folder: this.#folder, signal };
    for (const table of summary.tables ?? []) files.push(...(await writeTable(table, place)));
    await objects.put(this.#object('html'), html, signal);
    const published = {
      manifest: this.#key('manifest'),
      html: this.#key('html'),
      csv: this.#key('csv'),
      ndjson: this.#key('ndjson'),
      rows: this.#rows,
    };
    const manifest = manifestOf({
      run: this.#options.run,
      rows: this.#rows,
      totals: summary.totals,
      files,
      html,
      htmlKey: published.html,
      generatedAt,
    });
    await objects.put(this.#object('manifest'), Buffer.from(manifest), signal);
    return published;
  }

  #page(summary: ReportSummary, generatedAt: Date): string {
    const { title, description } = this.#definition;
    const selections = this.#selections.map((selection) => ({ ...selection.order, matching: selection.matching, rows: selection.rows() }));
    const { run, page } = this.#options;
    const rows = { columns: this.#columns, rows: this.#rows, selections, names: [names.csv, names.ndjson] };
    return renderPage({ title, description, run, generatedAt, summary, ...rows }, page);
  }

  #key(file: keyof typeof names): string {
    return this.#folder + names[file];
  }

  #object(file: keyof typeof names): NewObject {
    return { bucket: this.#options.bucket, key: this.#key(file), contentType: contentTypes[file] };
  }

  #mustBeOpen(): void {
    this.#options.signal.throwIfAborted();
    if (this.#closed !== undefined) throw this.#closed;
  }
}
