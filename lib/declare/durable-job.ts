import type { Capability } from './capability.ts';
import type { BaseContext, CapabilityContext, RunCounts } from './job-context.ts';
import type { ManagerName } from './manager.ts';
import type { ReportSummary, Row } from './report.ts';
import type { EachManagedUser, RunAs } from './subject.ts';

/** A user of the roster, as Box described them when the run began; they may have been renamed or deleted since. */
export interface RosterUser {
  readonly id: string;
  readonly name: string;
  readonly login: string;
  /** `admin`, `coadmin` or `user`; null where Box does not say. */
  readonly role: string | null;
}

/** Rows of the run's one report. What a step adds counts when the step is recorded; a step that is repeated adds its rows anew. */
export interface RowSink<K extends string> {
  add(row: Row<K>): Promise<void>;
}

/**
 * What a job in steps is handed. A user's work is a chain of steps, of at most 2,000 calls to Box or three minutes each; a crash repeats the
 * step, never the chain.
 */
export type DurableContext<M extends ManagerName, C extends Capability, P, R extends RunAs, K extends string> = BaseContext<M, P> &
  CapabilityContext<Exclude<C, 'reports:write'>> &
  ('reports:write' extends C ? { readonly report: RowSink<K> } : unknown) &
  (R extends EachManagedUser ? { readonly user: RosterUser } : unknown) & {
    /** What the step before this one yielded last; undefined at the beginning of a chain. */
    readonly cursor: string | undefined;
    /** Adds to a count of the run record and of the summary; for this step, and so only once. */
    readonly count: (name: string, by?: number) => void;
  };

/**
 * What a durable job does for one user. A promise is one step, and its counts are added to those of `count`. A generator yields a cursor
 * wherever the work may be laid down: all before it is done and reported, and a later step gets it as `context.cursor`. Local variables do
 * not live until then: count with `count`. At most 256 KB of text.
 */
export type DurableWork = Promise<RunCounts | undefined> | AsyncGenerator<string, void, unknown>;

/** What is known at the end of a run, for the report's totals, charts and notes. */
export interface RunFacts<K extends string, P = unknown> {
  readonly params: P;
  /** What `run` returned and counted, over all users. */
  readonly counts: RunCounts;
  readonly users: UserTotals;
  /** All rows again, in the report's order: by user, then as they were added. */
  readonly rows: () => AsyncIterable<Row<K>>;
}

/** `selected` is the roster's length; `failed` are those whom the report lacks. */
export interface UserTotals {
  readonly selected: number;
  readonly done: number;
  readonly failed: number;
}

/** Called once, at the end, in a step of its own: no Box, no clock, no chance, or a repeated run would give another report. */
export type Summarize<K extends string, P> = (facts: RunFacts<K, P>) => ReportSummary | Promise<ReportSummary>;
