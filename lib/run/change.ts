import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Limits, PlanMode } from '../declare/changing-job.ts';
import type { Run, RunCounts } from '../declare/job-context.ts';
import { type ErrorCode, NightporterError } from '../errors.ts';
import type { PartAnswer, PartStart } from './apply/apply-part.ts';
import { carryOut } from './apply/carry-out.ts';
import type { Ledger } from './apply/ledger.ts';
import type { PartInput } from './apply/part-input.ts';
import type { ActionCounts } from './apply/undo-file.ts';
import { awaitApproval } from './approval/await-approval.ts';
import type { Engine, FanOut } from './engine.ts';
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
  readonly ledger: Ledger;
  /** Puts numbers into the run's record. */
  readonly note: (fields: RunCounts) => Promise<void>;
  /** What this one run is given instead of what the stage sets. */
  readonly params: Readonly<Record<string, unknown>>;
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
export async function change(engine: FanOut, work: ChangeWork, run: Run): Promise<RunCounts> {
  const { mode, limits } = work;
  const plan = await engine.step('plan', work.writePlan);
  const planned = { planned: plan.actions, considered: plan.considered };
  const size = { actions: plan.actions, considered: plan.considered };
  // A plan that is not to be applied may show what it could not see; how much it may show is a brake in every mode.
  if (mode !== 'approve') brake(size, limits, mode === 'report' ? 0 : plan.incomplete);
  else brake(size, limits, plan.incomplete, plan.actions);
  if (mode === 'report' || plan.actions === 0) return planned;
  const until =
    mode === 'approve' ? await approved(engine, work, run, plan) : (await engine.step('enforced', async () => work.now())) + enforceMs;
  if (until === undefined) return { ...planned, rejected: 1 };
  const part = (start: PartStart): Promise<PartAnswer> => applied(engine, work, run, { plan, until, start });
  const note = (counts: ActionCounts): Promise<void> => work.note(recorded(counts));
  const counts = await carryOut(engine, { actions: plan.actions, ledger: work.ledger, part, note });
  return { ...planned, ...recorded(counts) };
}

/** `done` and `failed` are users in a run's record. */
function recorded({ done, already, changed, failed, unknown }: ActionCounts): RunCounts {
  return { applied: done, already, changed, ...(failed > 0 && { actionsFailed: failed }), ...(unknown > 0 && { actionsUnknown: unknown }) };
}

interface Applying {
  readonly plan: PlanReference;
  readonly until: number;
  readonly start: PartStart;
}

/** A part of the plan, by an execution of the shards' function that was deployed with this one. */
async function applied(engine: FanOut, { params }: ChangeWork, run: Run, { plan, until, start }: Applying): Promise<PartAnswer> {
  const { key, versionId, sha256, actions } = plan;
  const input: PartInput = {
    run: { ...run, scheduledTime: run.scheduledTime.toISOString() },
    plan: { key, versionId, sha256, actions },
    until,
    ...start,
    params,
  };
  const answer = await engine.invoke<PartAnswer | { readonly lost: ErrorCode }>(`actions from ${start.from}`, input);
  if (!('lost' in answer)) return answer;
  throw new NightporterError(answer.lost, 'Look at the log of the shards: applying the plan ended early there.');
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
