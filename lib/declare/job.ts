import type * as z from 'zod/mini';
import type { Capability } from './capability.ts';
import type { Action, ActionKind, Applied, Limits, PlanMode, PlanWork, Unfinished } from './changing-job.ts';
import type { Declaration } from './declaration.ts';
import type { DurableWork, RunFacts } from './durable-job.ts';
import type { RunCounts } from './job-context.ts';
import type { ManagerName } from './manager.ts';
import type { ReportDefinition, ReportSummary } from './report.ts';
import type { OneSubject, RunAs } from './subject.ts';

/** A declaration with its defaults filled in. */
interface Filled<P> extends Required<Omit<Declaration<ManagerName, Capability, z.ZodMiniType, RunAs>, 'params'>> {
  readonly kind: 'scheduledJob';
  readonly params: z.ZodMiniType<P>;
}

/** The context's type is known to the job's file; whoever starts jobs in general knows an object. */
export interface PlainJob<X extends object = object, P = unknown> extends Filled<P> {
  readonly shape: 'plain';
  readonly runAs: OneSubject;
  run(context: X): Promise<RunCounts | undefined>;
}

interface Reporting<P, K extends string> {
  readonly report?: ReportDefinition<K>;
  summarize?(facts: RunFacts<K, P>): ReportSummary | Promise<ReportSummary>;
}

/** A job in steps, or as each managed user; it reports and changes nothing. */
export interface StepwiseJob<X extends object = object, P = unknown, K extends string = string> extends Filled<P>, Reporting<P, K> {
  readonly shape: 'stepwise';
  run(context: X): DurableWork;
}

/** A job in steps that plans and then applies what may be applied. */
export interface ChangingJob<
  X extends object = object,
  Y extends object = object,
  P = unknown,
  K extends string = string,
  A extends string = string,
> extends Filled<P>,
    Reporting<P, K> {
  readonly shape: 'changing';
  readonly actions: Readonly<Record<A, ActionKind>>;
  readonly limits: Limits;
  readonly modes: readonly PlanMode[];
  plan(context: X): PlanWork;
  apply(context: Y, action: Action<A>): Promise<Applied | Unfinished>;
}

/** Those that are Lambda durable functions. */
export type DurableJob = StepwiseJob | ChangingJob;

/** What a job file's default export is. */
export type ScheduledJob = PlainJob | DurableJob;
