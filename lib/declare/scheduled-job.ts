import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { type Capabilities, type Capability, capabilities } from './capability.ts';
import type { ManagerName, Managers } from './manager.ts';
import type { Schedule } from './schedule.ts';
import type { RunAs } from './subject.ts';

/** One JSON line per call; ids and counts only, never a name, a login, a token or a payload. */
export interface Log {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A CloudWatch metric (embedded metric format) with the dimensions stage and job; the job is this one unless another is named. */
  metric(name: string, value: number, options?: MetricOptions): void;
}

export interface MetricOptions {
  /** `Count` if left out. */
  readonly unit?: 'Count' | 'Milliseconds' | 'Bytes';
  readonly job?: string;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

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
}

export interface MarkerPage<T> {
  readonly entries?: readonly T[];
  readonly nextMarker?: string | null | undefined;
}

type UnionToIntersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void ? I : never;

/** What a job is handed. `box` holds the declared managers only; each declared capability adds its property. */
export type JobContext<M extends ManagerName, C extends Capability, P> = {
  readonly box: Managers<M>;
  readonly params: P;
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly pages: Pages;
  readonly run: Run;
  readonly log: Log;
  /** Aborts shortly before the function's own deadline, with the error `RUN_TOO_LONG` as its reason. */
  readonly signal: AbortSignal;
} & ([C] extends [never] ? unknown : UnionToIntersection<Capabilities[C]>);

/** Counts for the run record: users read, rows written. */
export type RunCounts = Readonly<Record<string, number>>;

/** `app: everyApp` makes one function for each Box app of the stage; for system jobs that look after the apps themselves. */
export const everyApp = '*';

/** What a job file's default export says. Everything but `run` is read when the stacks are made. */
export interface ScheduledJobDeclaration<M extends ManagerName, C extends Capability, S extends z.ZodMiniType> {
  /** What it means for the business when this job fails; goes into the alarm's text. */
  readonly impact: string;
  readonly schedule: Schedule;
  /** Which Box app, so which secret: a name under `stages.<name>.apps`; `default` if left out. */
  readonly app?: string;
  readonly runAs: RunAs;
  /** SDK managers: typed, loaded in init, nothing else is loaded. */
  readonly box?: readonly M[];
  readonly uses?: readonly C[];
  /** Schema of what a stage may set under `jobs.<job>.params`; unknown keys are refused. */
  readonly params?: S;
  /** Stage settings handed over where the stage has them; those in `runAs` are required anyway. */
  readonly settings?: readonly string[];
  /** 512 if left out. */
  readonly memoryMiB?: number;
  /** At most 15, the default: what does not fit ends as `RUN_TOO_LONG`. */
  readonly timeoutMinutes?: number;
  /** Flexible window of the schedule, spreads load; 5 if left out, 0 for none. */
  readonly windowMinutes?: number;
  run(context: JobContext<M, C, z.infer<S>>): Promise<RunCounts | undefined>;
}

/** A declaration with its defaults filled in. */
export interface ScheduledJob<M extends ManagerName = ManagerName, C extends Capability = Capability, P = unknown> {
  readonly kind: 'scheduledJob';
  readonly impact: string;
  readonly schedule: Schedule;
  readonly app: string;
  readonly runAs: RunAs;
  readonly box: readonly M[];
  readonly uses: readonly C[];
  readonly params: z.ZodMiniType<P>;
  readonly settings: readonly string[];
  readonly memoryMiB: number;
  readonly timeoutMinutes: number;
  readonly windowMinutes: number;
  run(context: JobContext<M, C, P>): Promise<RunCounts | undefined>;
}

const defaults = {
  app: 'default',
  box: [],
  uses: [],
  settings: [],
  memoryMiB: 512,
  timeoutMinutes: 15,
  windowMinutes: 5,
};

const known = new Set(['impact', 'schedule', 'runAs', 'params', 'run', ...Object.keys(defaults)]);

/**
 * Declares a scheduled job: the declaration and the work are one value.
 * @throws NightporterError `DECLARATION_INVALID` for an unknown key or capability, an empty impact, or a missing part.
 */
export function scheduledJob<
  const M extends ManagerName = never,
  const C extends Capability = never,
  S extends z.ZodMiniType = z.ZodMiniObject,
>(declaration: ScheduledJobDeclaration<M, C, S>): ScheduledJob<M, C, z.infer<S>> {
  const refuse = (sentence: string): never => {
    throw new NightporterError('DECLARATION_INVALID', sentence);
  };
  for (const key of Object.keys(declaration)) {
    if (!known.has(key)) refuse(`Remove or correct "${key}": a scheduled job has no such key.`);
  }
  if (!declaration.impact?.trim()) refuse('Say in "impact" what it means for the business when this job fails.');
  if (!declaration.schedule || !declaration.runAs || !declaration.run) refuse('A scheduled job needs schedule, runAs and run.');
  for (const name of declaration.uses ?? []) {
    if (!capabilities.includes(name)) refuse(`Remove or correct "${name}": the capabilities are ${capabilities.join(', ')}.`);
  }
  const params = (declaration.params ?? z.strictObject({})) as z.ZodMiniType<z.infer<S>>;
  return Object.freeze({
    ...defaults,
    ...declaration,
    params,
    kind: 'scheduledJob' as const,
  }) as ScheduledJob<M, C, z.infer<S>>;
}
