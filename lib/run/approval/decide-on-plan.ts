import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { NightporterError } from '../../errors.ts';
import { wake } from '../wake.ts';
import { type Decision, decide, decisionOn, type RunName } from './decisions.ts';
import { judge } from './judge.ts';
import { type Waiting, waitingOf } from './waiting.ts';

export interface ApprovalsParts {
  readonly dynamodb: DynamoDBClient;
  readonly lambda: LambdaClient;
  readonly runsTable: string;
  readonly decisionsTable: string;
  readonly now: () => number;
}

/** What a person asks for; who it is does not come from here. */
export interface DecisionRequest extends RunName, Pick<Decision, 'verdict' | 'sha256' | 'versionId' | 'reason' | 'actions'> {}

export interface Decided {
  readonly decision: Decision;
  /** False when the run could not be woken: it finds the decision when its time to wait is over, or when somebody decides again. */
  readonly woken: boolean;
}

/** An approved plan has to be applied within this time; a stage that is paused for longer has changed meanwhile. */
const approvalHolds = 24 * 3_600_000;

/**
 * Writes a decision that nobody else could write, and wakes the run. All that could be wrong with it is looked at before, so that a mistake
 * does not use up the one decision that a plan gets.
 * @param by ARN of the one who signed the request
 * @throws NightporterError `APPROVAL_REFUSED`, `APPROVAL_EXPIRED`, `PLAN_TOO_LARGE` or `PLAN_INCOMPLETE`, each one sentence
 */
export async function decideOnPlan(parts: ApprovalsParts, request: DecisionRequest, by: string): Promise<Decided> {
  const { dynamodb, decisionsTable, runsTable, now } = parts;
  const { job, run, ...word } = request;
  const waiting = await waitingOf(dynamodb, runsTable, { job, run });
  const earlier = await decisionOn(dynamodb, decisionsTable, { job, run });
  if (earlier) throw await decidedBefore(parts, earlier, waiting);
  if (waiting === undefined) {
    throw new NightporterError('APPROVAL_REFUSED', 'Look at the plans that wait: this run has none, or waits for it no more.');
  }
  const at = now();
  const decision: Decision = { ...word, by, at, until: at + approvalHolds };
  judge(waiting, decision, at);
  if (!(await decide(dynamodb, decisionsTable, { job, run }, decision))) {
    const first = await decisionOn(dynamodb, decisionsTable, { job, run });
    throw await decidedBefore(parts, first ?? decision, waiting);
  }
  return { decision, woken: await rung(parts, waiting) };
}

/** Somebody who decides twice may do so because nothing happened after the first time: the bell is rung again. */
async function decidedBefore(parts: ApprovalsParts, { verdict, at }: Decision, waiting: Waiting | undefined): Promise<NightporterError> {
  if (waiting) await rung(parts, waiting);
  const time = new Date(at).toISOString();
  return new NightporterError('APPROVAL_REFUSED', `Leave it at that: this plan was ${verdict} at ${time}, and a plan is decided on once.`);
}

/** The decision stands, whether or not the run hears of it now. */
function rung({ lambda }: ApprovalsParts, { callbackId }: Waiting): Promise<boolean> {
  return wake(lambda, callbackId).catch(() => false);
}
