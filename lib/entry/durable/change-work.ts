import * as z from 'zod/mini';
import { type Limits, modes, type PlanMode } from '../../declare/changing-job.ts';
import type { ChangingJob } from '../../declare/job.ts';
import { environment, json, optional, required } from '../../env.ts';
import { NightporterError } from '../../errors.ts';
import { ledgerIn } from '../../run/apply/ledger.ts';
import type { ChangeWork } from '../../run/change.ts';
import type { RunEnd } from '../../run/coordinate.ts';
import { gatherPlan } from '../../run/plan/gather-plan.ts';
import { getPlan, putPlan } from '../../run/plan/plan-store.ts';
import type { PageAssets } from '../../sink/page/assets.ts';
import { actionsFolder } from './apply-work.ts';
import type { Prepared } from './prepare.ts';

export interface ChangeSetup {
  readonly job: ChangingJob;
  readonly ready: Prepared;
  readonly page: PageAssets;
  readonly end: RunEnd;
  readonly startedBy: string;
  /** What this one run is given instead of what the stage sets. */
  readonly params: Readonly<Record<string, unknown>>;
  readonly note: ChangeWork['note'];
}

/** All that a job that changes things needs once its steps have planned. */
export function changeWork(setup: ChangeSetup): ChangeWork {
  const { job, ready, page, end, startedBy, params, note } = setup;
  const { dynamo, s3, table, bucket, store, progress } = ready;
  const { run, totals } = end;
  const limits = limitsOf(job);
  const plans = { client: s3, bucket };
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
    ledger: ledgerIn({ ...plans, folder: actionsFolder(run) }),
    params,
    note,
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
