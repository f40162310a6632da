import type { Capabilities, Capability } from './capability.ts';
import type { ManagerName, Managers } from './manager.ts';

/** One JSON line per call; ids and counts only, never a name, a login, a token or a payload. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A CloudWatch metric (embedded metric format) with the dimensions stage and job; the job is this one unless another is named. */
  metric(name: string, value: number, options?: MetricOptions): void;
}

/** What a metric is counted in, and for which job. */
export interface MetricOptions {
  /** `Count` if left out. */
  readonly unit?: 'Count' | 'Milliseconds' | 'Bytes';
  readonly job?: string;
}

/** Values beside a log line's message: ids and counts. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Which run this is. */
export interface Run {
  readonly id: string;
  readonly job: string;
  /** When the run was due, not when it started. */
  readonly scheduledTime: Date;
  /** 1 for the first attempt of this due time. */
  readonly attempt: number;
}

/** Iterators that box-node-sdk v10 lacks; they fetch a page when the last one is used up. */
export interface Pages {
  /** All entries of a marker-paged list. @throws NightporterError `BOX_PAGE_REPEATED` when Box repeats a marker. */
  byMarker<T>(fetch: (marker: string | undefined) => Promise<MarkerPage<T>>): AsyncIterable<T>;
  /** All entries of a list that Box pages by offset only; it refuses offsets above 10,000. @throws NightporterError `BOX_PAGE_REPEATED` */
  byOffset<T>(fetch: (offset: number) => Promise<OffsetPage<T>>): AsyncIterable<T>;
  /** All events of a stream that has an end, such as `admin_logs` with a time window. @throws NightporterError `BOX_PAGE_REPEATED` */
  byStreamPosition<T>(fetch: (position: string | undefined) => Promise<StreamPage<T>>): AsyncIterable<T>;
}

/** What a fetch for `byMarker` returns: any marker-paged answer of the SDK. */
export interface MarkerPage<T> {
  readonly entries?: readonly T[];
  readonly nextMarker?: string | null | undefined;
}

/** What a fetch for `byOffset` returns: any offset-paged answer of the SDK. */
export interface OffsetPage<T> {
  readonly entries?: readonly T[];
  /** How far the next page is; Box may give fewer entries than that. */
  readonly limit?: number | undefined;
  readonly totalCount?: number | undefined;
}

/** What a fetch for `byStreamPosition` returns: the SDK's page of events. */
export interface StreamPage<T> {
  readonly entries?: readonly T[];
  readonly nextStreamPosition?: string | number | null | undefined;
}

/** Counts for the run record: users read, rows written. */
export type RunCounts = Readonly<Record<string, number>>;

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;

/** What the declared capabilities add. */
export type CapabilityContext<C extends Capability> = [C] extends [never] ? unknown : UnionToIntersection<Capabilities[C]>;

/** What every job is handed. `box` holds the declared managers only. */
export interface BaseContext<M extends ManagerName, P> {
  readonly box: Managers<M>;
  readonly params: P;
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly pages: Pages;
  readonly run: Run;
  readonly log: Log;
  /** Aborts shortly before the function's own deadline, with the error `RUN_TOO_LONG` as its reason; in a durable job, at a step's end. */
  readonly signal: AbortSignal;
}

/** What a plain job is handed; each declared capability adds its property. */
export type JobContext<M extends ManagerName, C extends Capability, P> = BaseContext<M, P> & CapabilityContext<C>;
