import * as z from 'zod/mini';
import { type Limits, modes, type PlanMode } from '../../declare/changing-job.ts';
import type { ChangingJob } from '../../declare/job.ts';
import { environment, json, optional, required } from '../../env.ts';
import { NightporterError } from '../../errors.ts';
import { ledgerIn } from '../../run/apply/ledger.ts';
import { callBudgets } from '../../run/call-budgets.ts';
import type { ChangeWork } from '../../run/change.ts';
import type { RunEnd } from '../../run/coordinate.ts';
import { gatherPlan } from '../../run/plan/gather-plan.ts';
import type { PlannedAction } from '../../run/plan/plan-file.ts';
import { getPlan, putPlan } from '../../run/plan/plan-store.ts';
import { sharedPauseIn } from '../../run/shared-pause.ts';
import { stepLimits, withinLimits } from '../../run/step-limits.ts';
import { switches } from '../../run/switches.ts';
import { troubleOf } from '../../run/trouble.ts';
import type { PageAssets } from '../../sink/page/assets.ts';
import type { Prepared } from './prepare.ts';

export interface ChangeSetup {
  readonly job: ChangingJob;
  readonly ready: Prepared;
  readonly page: PageAssets;
  readonly end: RunEnd;
  readonly startedBy: string;
  /** What this one run is given instead of what the stage sets. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly remainingMs: () => number;
}

/** All that a job that changes things needs once its steps have planned. */
export function changeWork(setup: ChangeSetup): ChangeWork {
  const { job, ready, page, end, startedBy, params, remainingMs } = setup;
  const { dynamo, s3, table, bucket, store, progress } = ready;
  const { run, totals } = end;
  const limits = limitsOf(job);
  const plans = { client: s3, bucket };
  const place = { job: run.job, run: run.id };
  const time = stepLimits(job.timeoutMinutes * 60_000, remainingMs);
  const considered = totals.counts.considered ?? 0;
  return {
    mode: modeOf(params),
    limits,
    startedBy,
    dynamo,
    runsTable: table,
    decisionsTable: required(environment.decisionsTable),
    now: Date.now,
    async writePlan() {
      const { failed } = totals;
      return putPlan(plans, await gatherPlan({ store, progress, run, kinds: job.actions, limits, params, considered, failed }), page);
    },
    readPlan: (reference) => getPlan(plans, reference),
    carryOut: {
      apply: applier(setup),
      trouble: (error) => troubleOf(error, () => ready.sessions.isAppRefused(undefined, { signal: AbortSignal.timeout(10_000) })),
      ledger: ledgerIn({ ...plans, folder: `ledger/${run.job}/${run.id}/actions/` }),
      switches: () => switches(dynamo, table, place),
      hasTime: () => time.remainingMs() >= time.neededMs,
    },
  };
}

/** As the user whose plan the action is of, in a session of its own. */
function applier({ job, ready, end, params, remainingMs }: ChangeSetup): (action: PlannedAction) => ReturnType<ChangingJob['apply']> {
  const { sessions, dynamo, table, log } = ready;
  const { run } = end;
  const budgets = callBudgets(1, sharedPauseIn(dynamo, table, optional(environment.app) ?? 'default'));
  const limits = stepLimits(job.timeoutMinutes * 60_000, remainingMs);
  return async (action) => {
    const user = action.user ?? undefined;
    const gate = await budgets.of(sessions.budgetOf(user));
    return withinLimits(limits, async (signal, remaining) => {
      const setup = { run, log: log.with({ run: run.id, action: action.id }), user, gate, signal, remainingMs: remaining, params };
      const session = sessions.open(setup);
      try {
        return await job.apply(Object.assign(session.context, { count: () => {} }), action);
      } finally {
        await session.close();
      }
    });
  };
}

/**
 * `report` where the stage says nothing: what changes things is switched on by hand. Only the stage's own params were reviewed with it: what
 * a run was given by its starter is for somebody else to approve.
 */
function modeOf(given: Readonly<Record<string, unknown>>): PlanMode {
  const mode = optional(environment.mode) ?? 'report';
  const known = modes.find((each) => each === mode);
  if (known) return known === 'enforce' && Object.keys(given).length > 0 ? 'approve' : known;
  throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.mode} must be one of ${modes.join(', ')}.`);
}

const limitsSchema = z.strictObject({ actions: z.optional(z.number()), share: z.optional(z.number()) });

function limitsOf({ limits }: ChangingJob): Limits {
  const set = limitsSchema.safeParse(json(environment.limits) ?? {});
  if (!set.success) throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.limits} must hold actions and share.`);
  return { actions: set.data.actions ?? limits.actions, share: set.data.share ?? limits.share };
}
