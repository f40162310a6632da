import type * as z from 'zod/mini';
import type { Capability } from './capability.ts';
import type { Action, ActionKind, Applied, ApplyContext, Limits, PlanContext, PlanMode, PlanWork, Unfinished } from './changing-job.ts';
import type { DurableContext, DurableWork, Summarize } from './durable-job.ts';
import type { JobContext, RunCounts } from './job-context.ts';
import type { ManagerName } from './manager.ts';
import type { ReportDefinition } from './report.ts';
import type { Schedule } from './schedule.ts';
import type { EachManagedUser, RunAs } from './subject.ts';

/** What every job file says. Everything but the work itself is read when the stacks are made. */
export interface Declaration<M extends ManagerName, C extends Capability, S extends z.ZodMiniType, R extends RunAs> {
  /** What it means for the business when this job fails; goes into the alarm's text. */
  readonly impact: string;
  readonly schedule: Schedule;
  /** Which Box app, so which secret: a name under `stages.<name>.apps`; `default` if left out. */
  readonly app?: string;
  readonly runAs: R;
  /** SDK managers: typed, loaded in init, nothing else is loaded. */
  readonly box?: readonly M[];
  readonly uses?: readonly C[];
  /** Schema of what a stage may set under `jobs.<job>.params`; unknown keys are refused. */
  readonly params?: S;
  /** Stage settings handed over where the stage has them; those in `runAs` are required anyway. */
  readonly settings?: readonly string[];
  /** 512 if left out. */
  readonly memoryMiB?: number;
  /** At most 15, the default. A plain job that does not fit ends as `RUN_TOO_LONG`; a durable one goes on in the next invocation. */
  readonly timeoutMinutes?: number;
  /** Flexible window of the schedule, spreads load; 5 if left out, 0 for none. */
  readonly windowMinutes?: number;
}

/** At most 15 minutes, from zero after a crash; a plain Lambda function. */
export interface PlainWork<M extends ManagerName, C extends Capability, P> {
  readonly durable?: false;
  run(context: JobContext<M, C, P>): Promise<RunCounts | undefined>;
}

/** With `reports:write`, a job in steps says beforehand what its report looks like. */
type DurableReport<C extends Capability, P, K extends string> = 'reports:write' extends C
  ? { readonly report: ReportDefinition<K>; readonly summarize: Summarize<K, P> }
  : { readonly report?: never; readonly summarize?: never };

/** Only eachManagedUser needs no `durable: true`: it can't be anything else. */
type DurableSwitch<R extends RunAs> = R extends EachManagedUser ? { readonly durable?: true } : { readonly durable: true };

/** A Lambda durable function: any length, waits that cost nothing, and after a crash no more than a step is repeated. */
export type StepwiseWork<M extends ManagerName, C extends Capability, P, R extends RunAs, K extends string> = DurableSwitch<R> &
  DurableReport<C, P, K> & {
    run(context: DurableContext<M, C, P, R, K>): DurableWork;
  };

/** A job that changes things, in two halves between which a person may stand; a Lambda durable function. */
export type ChangingWork<
  M extends ManagerName,
  C extends Capability,
  P,
  R extends RunAs,
  K extends string,
  A extends string,
> = DurableReport<C, P, K> & {
  readonly durable?: true;
  /** The kinds of action that it knows, by name. */
  readonly actions: Readonly<Record<A, ActionKind>>;
  /** 100 actions and a share of 0.05 if left out. A stage sets it with `stages.<stage>.jobs.<job>.limits`. */
  readonly limits?: Partial<Limits>;
  /** Those that a stage may choose; all if left out. */
  readonly modes?: readonly PlanMode[];
  /** Lists what it would do, with reasons, and touches nothing. Called for each user where the job runs as each. */
  plan(context: PlanContext<M, C, P, R, K, NoInfer<A>>): PlanWork;
  /** Does one of it, after a look at the world as it is now. What it throws fails this action; the others go on. */
  apply(context: ApplyContext<M, C, P>, action: Action<NoInfer<A>>): Promise<Applied | Unfinished>;
};
