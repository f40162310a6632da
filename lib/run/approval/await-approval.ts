import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type ErrorCode, NightporterError } from '../../errors.ts';
import type { Engine } from '../engine.ts';
import type { PlanReference } from '../plan/plan-store.ts';
import { switches } from '../switches.ts';
import { type Decision, decisionOn, type RunName } from './decisions.ts';
import { judge } from './judge.ts';
import { endWaiting, putWaiting } from './waiting.ts';

export interface ApprovalOptions {
  readonly client: DynamoDBClient;
  /** Where the run writes that it waits, and where decisions are, which it can only read. */
  readonly runsTable: string;
  readonly decisionsTable: string;
  readonly name: RunName;
  readonly plan: PlanReference;
  /** Why the plan is beyond its limits; undefined when it is within. */
  readonly excess: string | undefined;
  /** ARN of who started the run, or `scheduler`. */
  readonly startedBy: string;
  readonly waitSeconds: number;
  /** Throws when the plan's bytes are not those that were decided on. */
  readonly reread: () => Promise<unknown>;
  readonly now: () => number;
}

type Verdict =
  | { readonly kind: 'approved'; readonly until: number }
  | { readonly kind: 'rejected' }
  | { readonly kind: 'none'; readonly at: number }
  | { readonly kind: 'refused'; readonly code: ErrorCode; readonly sentence: string };

/** Whoever rings without a decision is let in vain so often; the run's time to wait bounds it too. */
const mostRounds = 50;

/**
 * Waits, at no cost, until somebody has decided on this very plan. The bell only wakes the run: what counts is the record that nobody but
 * the approvals function can write, and the plan's own bytes.
 * @returns until when the approval holds, in ms since 1970; undefined when the plan was rejected
 * @throws NightporterError `APPROVAL_EXPIRED`, `APPROVAL_REFUSED`, `PLAN_INVALID`, …
 */
export async function awaitApproval(engine: Engine, options: ApprovalOptions): Promise<number | undefined> {
  const { client, runsTable, name, waitSeconds, now } = options;
  const since = await engine.step('asked', async () => now());
  const until = since + waitSeconds * 1000;
  const verdict = await decided(engine, options, since, until);
  await engine.step('answered', () => endWaiting(client, runsTable, name, now()).then(() => null));
  if (verdict.kind === 'approved') return verdict.until;
  if (verdict.kind === 'rejected') return undefined;
  if (verdict.kind === 'refused') throw new NightporterError(verdict.code, verdict.sentence);
  throw new NightporterError('APPROVAL_EXPIRED', 'Run the job again and decide on its new plan in time: nobody has decided on this one.');
}

async function decided(engine: Engine, options: ApprovalOptions, since: number, until: number): Promise<Verdict> {
  const { client, runsTable, name, plan, excess, startedBy } = options;
  let from = since;
  for (let round = 1; ; round++) {
    const submit = (callbackId: string): Promise<void> => {
      const { key, versionId, pageVersionId, sha256, actions, considered, incomplete } = plan;
      const question = { key, versionId, pageVersionId, sha256, actions, considered, incomplete, ...(excess !== undefined && { excess }) };
      return putWaiting(client, runsTable, { ...name, ...question, startedBy, since, until, callbackId });
    };
    await engine.bell(`approval ${round}`, submit, Math.max(1, Math.ceil((until - from) / 1000)));
    const verdict = await engine.step(`decision ${round}`, () => verdictOn(options, until));
    if (verdict.kind !== 'none' || verdict.at >= until || round === mostRounds) return verdict;
    from = verdict.at;
  }
}

async function verdictOn(options: ApprovalOptions, until: number): Promise<Verdict> {
  const { client, runsTable, decisionsTable, name, now, reread, plan, excess, startedBy } = options;
  if ((await switches(client, runsTable, name)).stopped) {
    return { kind: 'refused', code: 'RUN_STOPPED', sentence: 'Start a new run when it may go on: somebody stopped this one.' };
  }
  const decision = await decisionOn(client, decisionsTable, name);
  if (decision === undefined) return { kind: 'none', at: now() };
  try {
    judge({ ...plan, excess, startedBy, until }, decision, now());
    if (decision.verdict === 'approved') await reread();
  } catch (error) {
    // What may pass is no verdict: the step is done again.
    if (!(error instanceof NightporterError) || error.code === 'AWS_UNREACHABLE') throw error;
    return { kind: 'refused', code: error.code, sentence: error.message };
  }
  return verdictOf(decision);
}

function verdictOf({ verdict, until }: Decision): Verdict {
  return verdict === 'rejected' ? { kind: 'rejected' } : { kind: 'approved', until };
}
