import type { Capability } from './capability.ts';
import type { DurableContext } from './durable-job.ts';
import type { RunCounts } from './job-context.ts';
import type { ManagerName } from './manager.ts';
import type { RunAs } from './subject.ts';

/**
 * How far a job that changes things may go. `report`: the plan, and nothing else. `approve`: a person approves that very plan, which is then
 * carried out. `enforce`: the plan is carried out at once. A stage sets it with `stages.<stage>.jobs.<job>.mode`; `report` if it does not.
 */
export type PlanMode = 'report' | 'approve' | 'enforce';

/** From the most careful on; what a job may be set to where it does not say less. */
export const modes: readonly PlanMode[] = ['report', 'approve', 'enforce'];

/** A plan that exceeds either may not be carried out in any mode (`PLAN_TOO_LARGE`); an approval then has to name the number. */
export interface Limits {
  readonly actions: number;
  /** A fraction of what the plan considered. */
  readonly share: number;
}

/** Of a plan that sets none of its own. */
export const defaultLimits: Limits = { actions: 100, share: 0.05 };

/** One kind of action that a job knows. */
export interface ActionKind {
  /** `converging`: repeating it ends in the same state. `visible`: somebody sees it (a comment, a mail), so it carries a marker and looks for it first. */
  readonly effect: 'converging' | 'visible';
  /** What it does, for the one who approves it: "Remove the link". */
  readonly label: string;
}

/** Values for an action's own use: what `apply` needs to know, what was before, what is now. */
export type Details = Readonly<Record<string, string | number | boolean | null>>;

/** What an action is about, as the plan saw it. */
export interface ActionItem {
  /** Box's type: `file`, `folder`, `web_link`, `collaboration`, `user`, … */
  readonly type: string;
  readonly id: string;
  readonly name?: string;
  readonly path?: string;
  /** Where Box has one: `apply` sends it as `if-match`, and an item that changed since is left alone. */
  readonly etag?: string;
}

/** What `plan` proposes. */
export interface Proposal<A extends string = string> {
  readonly what: A;
  readonly item: ActionItem;
  /** One sentence for the one who approves it: "Open to everyone for 240 days, 0 downloads." */
  readonly why: string;
  readonly details?: Details;
  /** One sentence: what would undo it, or null where nothing does. */
  readonly undo: string | null;
}

/** A proposal in a plan. */
export interface Action<A extends string = string> extends Proposal<A> {
  /** Stable for the same run, user, kind and item; the marker of a visible action. */
  readonly id: string;
  /** Whose token planned it and will apply it; null for a job of one subject. */
  readonly user: string | null;
}

/** What came of an action. `changed`: the world is not as the plan saw it, and nothing was done. `already`: somebody else has done it. */
export type Applied =
  | { readonly outcome: 'done'; readonly before: Details; readonly after: Details; readonly undo?: Details }
  | { readonly outcome: 'already' | 'changed' };

/**
 * Nothing was changed: what the action has to find out first takes longer than its step may. It is called again in another step, where it goes
 * on from what it has `kept`; what it can't be done with in 300 of them is a failure (`RUN_TOO_LONG`).
 */
export interface Unfinished {
  readonly outcome: 'unfinished';
}

/** What a plan counts: `considered` is what `limits.share` is a share of. */
export type PlanCounts = RunCounts & { readonly considered: number };

/** What `plan` is handed, beside what `run` would be. It touches nothing. */
export type PlanContext<
  M extends ManagerName,
  C extends Capability,
  P,
  R extends RunAs,
  K extends string,
  A extends string,
> = DurableContext<M, C, P, R, K> & {
  /** Puts an action into the plan. The same kind and item twice are one action. */
  readonly propose: (proposal: Proposal<A>) => Promise<void>;
  /** The input was not whole: the plan is written, and may not be applied. The sentence says what was missing. */
  readonly incomplete: (sentence: string) => void;
};

/** As `DurableWork`; a generator counts what it considered with `count('considered')`. */
export type PlanWork = Promise<PlanCounts> | AsyncGenerator<string, void, unknown>;

/** What `apply` is handed, beside the action: one action is one step. */
export type ApplyContext<M extends ManagerName, C extends Capability, P> = Omit<
  DurableContext<M, Exclude<C, 'reports:write'>, P, RunAs, never>,
  'cursor'
> & {
  /**
   * What is dear to find out and good for more than one action: made by the first of them that asks for it, and kept for those after it in the
   * same run and process, which another step may not have. It says nothing of the world as it is now unless the job sees to its age.
   */
  readonly kept: <T>(name: string, make: () => T) => T;
};
