/** A cell: text, a number (see the column's kind for its unit), or null where Box says nothing. */
export type Cell = string | number | null;

/** A column of a report or of a table in it. */
export interface Column {
  /** Heading for people. */
  readonly label: string;
  /** `bytes`: a number of bytes. `count`: a whole number. `share`: a fraction, 1 = 100 %. `time`: ISO 8601. */
  readonly kind: 'text' | 'count' | 'bytes' | 'share' | 'time';
}

/** One row: a cell for every column. */
export type Row<K extends string> = Readonly<Record<K, Cell>>;

/** One sorted selection of rows on the page: its first 1,000 rows are shown. The files always hold all rows. */
export interface Order<K extends string> {
  readonly label: string;
  readonly by: K;
  readonly direction: 'descending' | 'ascending';
  /** Only these rows; all if left out. */
  where?(row: Row<K>): boolean;
}

/** What a report is about, its columns, and the orders that its page shows. */
export interface ReportDefinition<K extends string> {
  /** The page's heading. */
  readonly title: string;
  /** One sentence under it, for a reader who has never heard of Nightporter. */
  readonly description: string;
  readonly columns: Readonly<Record<K, Column>>;
  readonly orders: readonly Order<NoInfer<K>>[];
}

/** A figure at the head of the page; see `Column` for its kind. */
export interface Total {
  readonly label: string;
  readonly value: number;
  readonly kind: 'count' | 'bytes' | 'share';
}

/** A chart of as many values as it has labels. */
export interface Chart {
  readonly title: string;
  readonly shape: 'bar' | 'doughnut';
  readonly kind: 'count' | 'bytes';
  readonly labels: readonly string[];
  readonly values: readonly number[];
}

/** What the rows add up to, one row for each of something: whole in files of its own, its first 200 rows on the page. */
export interface SummaryTable {
  /** Of its files beside the report, without an ending: small letters and hyphens. */
  readonly name: string;
  readonly title: string;
  readonly columns: Readonly<Record<string, Column>>;
  /** In their order; they are held in memory. */
  readonly rows: readonly Row<string>[];
}

/** What is known only when all rows are in. */
export interface ReportSummary {
  readonly totals: readonly Total[];
  readonly charts: readonly Chart[];
  readonly tables?: readonly SummaryTable[];
  /** Sentences that qualify the figures ("Two users have no name."). */
  readonly notes?: readonly string[];
}

/** Where a published report is: keys in the stage's report bucket. */
export interface PublishedReport {
  readonly manifest: string;
  readonly html: string;
  readonly csv: string;
  readonly ndjson: string;
  readonly rows: number;
}

/** One report on its way. */
export interface ReportWriter<K extends string> {
  /** Memory stays flat: rows go out in parts while they come in. */
  add(row: Row<K>): Promise<void>;
  /** Makes all files visible, the manifest last; called once, at the end. A run that fails before this publishes nothing. */
  publish(summary: ReportSummary): Promise<PublishedReport>;
}

/** What `uses: ['reports:write']` hands to a job. */
export interface ReportSink {
  /**
   * One finding of an event, as a JSON file of its own below `findings/` of the job's reports: for handlers, which see one thing at a time.
   * The same id writes the same file again.
   */
  finding(id: string, row: Readonly<Record<string, Cell | undefined>>): Promise<void>;
  /** That file's row, to finish what an attempt that was cut off has begun. `undefined` where there is none; scheduled jobs may not read. */
  found(id: string): Promise<Readonly<Record<string, Cell>> | undefined>;
  open<const K extends string>(definition: ReportDefinition<K>): Promise<ReportWriter<K>>;
}
