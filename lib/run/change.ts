import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Limits, PlanMode } from '../declare/changing-job.ts';
import type { Run, RunCounts } from '../declare/job-context.ts';
import { NightporterError } from '../errors.ts';
import { type CarryOutOptions, carryOut, mostApplied } from './apply/carry-out.ts';
import { awaitApproval } from './approval/await-approval.ts';
import type { Engine } from './engine.ts';
import { once } from './once.ts';
import { brake, excess } from './plan/brake.ts';
import type { Plan } from './plan/plan-file.ts';
import type { PlanReference } from './plan/plan-store.ts';

/** What a job that changes things needs after its plan has been made by its steps. */
export interface ChangeWork {
  readonly mode: PlanMode;
  readonly limits: Limits;
  /** ARN of who started the run, or `scheduler`. */
  readonly startedBy: string;
  readonly dynamo: DynamoDBClient;
  readonly runsTable: string;
  readonly decisionsTable: string;
  readonly now: () => number;
  /** Gathers what the steps have proposed, and writes it down. */
  readonly writePlan: () => Promise<PlanReference>;
  readonly readPlan: (reference: PlanReference) => Promise<Plan>;
  readonly carryOut: Omit<CarryOutOptions, 'actions' | 'plan' | 'until' | 'now'>;
}

/** Long enough for a weekend. */
const approvalSeconds = 72 * 3_600;

/** What nobody has to approve is applied within a day, or not at all. */
const enforceMs = 24 * 3_600_000;

/**
 * Plan → brakes → a person's word, where the mode asks for it → one action after the other.
 * @returns counts for the run's record
 * @throws NightporterError `PLAN_TOO_LARGE`, `PLAN_INCOMPLETE`, `APPROVAL_EXPIRED`, `APPROVAL_REFUSED`, `RUN_STOPPED`, `ACTIONS_FAILED`
 */
export async function change(engine: Engine, work: ChangeWork, run: Pick<Run, 'id' | 'job'>): Promise<RunCounts> {
  const { mode, limits } = work;
  const plan = await engine.step('plan', work.writePlan);
  const planned = { planned: plan.actions, considered: plan.considered };
  const size = { actions: plan.actions, considered: plan.considered };
  // A plan that is not to be applied may show what it could not see; how much it may show is a brake in every mode.
  if (mode !== 'approve') brake(size, limits, mode === 'report' ? 0 : plan.incomplete);
  else brake(size, limits, plan.incomplete, plan.actions);
  if (mode === 'report' || plan.actions === 0) return planned;
  if (plan.actions > mostApplied) {
    throw new NightporterError(
      'PLAN_TOO_LARGE',
      `Narrow the job's params: a run applies ${mostApplied} actions at most, and it plans ${plan.actions}.`,
    );
  }
  const until =
    mode === 'approve' ? await approved(engine, work, run, plan) : (await engine.step('enforced', async () => work.now())) + enforceMs;
  if (until === undefined) return { ...planned, rejected: 1 };
  const read = once(() => work.readPlan(plan));
  const options = { ...work.carryOut, actions: plan.actions, plan: read, until, now: work.now };
  // `done` and `failed` are users in a run's record.
  const { done: applied, already, changed } = await carryOut(engine, options);
  return { ...planned, applied, already, changed };
}

function approved(
  engine: Engine,
  work: ChangeWork,
  { id, job }: Pick<Run, 'id' | 'job'>,
  plan: PlanReference,
): Promise<number | undefined> {
  const { dynamo: client, runsTable, decisionsTable, startedBy, limits, now } = work;
  const reason = excess({ actions: plan.actions, considered: plan.considered }, limits);
  return awaitApproval(engine, {
    client,
    runsTable,
    decisionsTable,
    name: { job, run: id },
    plan,
    excess: reason,
    startedBy,
    waitSeconds: approvalSeconds,
    reread: () => work.readPlan(plan),
    now,
  });
}
