import type { ChangingJob } from '../../declare/job.ts';
import { applyPart, type PartAnswer } from '../../run/apply/apply-part.ts';
import { ledgerIn } from '../../run/apply/ledger.ts';
import type { PartInput } from '../../run/apply/part-input.ts';
import { once } from '../../run/once.ts';
import type { PlannedAction } from '../../run/plan/plan-file.ts';
import { getPlan } from '../../run/plan/plan-store.ts';
import { type StepLimits, stepLimits, withinLimits } from '../../run/step-limits.ts';
import { switches } from '../../run/switches.ts';
import { troubleOf } from '../../run/trouble.ts';
import type { DurableInvocation } from './durable-handler.ts';
import type { Prepared } from './prepare.ts';

/** Operations of an execution that actions and their waits share; Lambda ends it at 3,000, and one action may wait some hundred times. */
const operations = 2_000;

/** One part of a plan, applied by an execution of its own. */
export function applyWork(job: ChangingJob, input: PartInput, invocation: DurableInvocation, ready: Prepared): Promise<PartAnswer> {
  const { dynamo, s3, table, bucket, sessions, budgets } = ready;
  const { run, plan, until, from, failedInARow } = input;
  const limits = stepLimits(job.timeoutMinutes * 60_000, invocation.remainingMs);
  // Parts are applied one after the other.
  budgets.share(1);
  return applyPart(invocation.engine, {
    actions: plan.actions,
    plan: once(() => getPlan({ client: s3, bucket }, plan)),
    from,
    failedInARow,
    until,
    operations,
    now: Date.now,
    apply: applier(job, input, limits, ready),
    heldSeconds: async ({ user }) => limits.longHold(await budgets.of(sessions.budgetOf(user ?? undefined))),
    trouble: (error) => troubleOf(error, () => sessions.isAppRefused(undefined, { signal: AbortSignal.timeout(10_000) })),
    ledger: ledgerIn({ client: s3, bucket, folder: actionsFolder(run) }),
    switches: () => switches(dynamo, table, { job: run.job, run: run.id }),
    hasTime: () => limits.remainingMs() >= limits.neededMs,
  });
}

/** Where the book of a run's actions is. */
export function actionsFolder({ job, id }: { readonly job: string; readonly id: string }): string {
  return `ledger/${job}/${id}/actions/`;
}

/** As the user whose plan the action is of, in a session of its own. */
function applier(
  job: ChangingJob,
  { run: { scheduledTime, ...rest }, params }: PartInput,
  limits: StepLimits,
  ready: Prepared,
): (action: PlannedAction) => ReturnType<ChangingJob['apply']> {
  const run = { ...rest, scheduledTime: new Date(scheduledTime) };
  const { sessions, log, budgets } = ready;
  const kept = keeperOf(run.id);
  return async (action) => {
    const user = action.user ?? undefined;
    const gate = await budgets.of(sessions.budgetOf(user));
    return withinLimits(limits, async (signal, remaining) => {
      const setup = { run, log: log.with({ run: run.id, action: action.id }), user, gate, signal, remainingMs: remaining, params };
      const session = sessions.open(setup);
      try {
        return await job.apply(Object.assign(session.context, { count: () => {}, kept }), action);
      } finally {
        await session.close();
        await budgets.told();
      }
    });
  };
}

type Kept = <T>(name: string, make: () => T) => T;

/** Outlives an invocation, since a plan takes many; of the run whose part was applied here last. */
let keeper: { readonly run: string; readonly kept: Kept } | undefined;

function keeperOf(run: string): Kept {
  if (keeper?.run !== run) keeper = { run, kept: newKeeper() };
  return keeper.kept;
}

/** A type for each name: its maker's, since a job uses a name for one thing. */
function newKeeper(): Kept {
  const values = new Map<string, unknown>();
  return <T>(name: string, make: () => T): T => {
    if (!values.has(name)) values.set(name, make());
    return values.get(name) as T;
  };
}
