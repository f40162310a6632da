import { NightporterError } from '../../errors.ts';
import type { Decision } from './decisions.ts';
import { isSamePerson } from './same-person.ts';

/** What is to be decided: that plan, of a run that was started by somebody, until then. */
export interface Question {
  readonly sha256: string;
  readonly versionId: string;
  readonly actions: number;
  /** Why the plan is beyond its limits, a sentence's part; undefined when it is within. */
  readonly excess?: string | undefined;
  readonly incomplete: number;
  /** ARN of who started the run, or `scheduler`. */
  readonly startedBy: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/**
 * Whether a decision opens the way for a plan. The approvals function asks before it writes, so that a mistake costs nobody the one decision
 * there is; the run asks again before it changes anything, because it believes nobody.
 * @throws NightporterError `APPROVAL_REFUSED`, `APPROVAL_EXPIRED`, `PLAN_TOO_LARGE` or `PLAN_INCOMPLETE`, each one sentence
 */
export function judge(question: Question, decision: Decision, now: number): void {
  if (decision.at > question.until || now > decision.until) {
    throw new NightporterError('APPROVAL_EXPIRED', 'Run the job again and decide on its new plan: the time to decide on this one is over.');
  }
  if (decision.sha256 !== question.sha256 || decision.versionId !== question.versionId) {
    throw refused('Look at the plan that waits and decide on that: this decision is about another one, or another version of it');
  }
  if (decision.verdict === 'rejected') return;
  if (isSamePerson(question.startedBy, decision.by)) {
    throw refused('Ask somebody else, with a role of their own, to approve: whoever started a run can’t approve its plan');
  }
  if (question.incomplete > 0) {
    throw new NightporterError(
      'PLAN_INCOMPLETE',
      'Correct what the plan names as missing and run the job again: an incomplete plan can’t be approved.',
    );
  }
  if (decision.actions !== undefined && decision.actions !== question.actions) {
    throw refused(`Look at the plan again: it has ${question.actions} actions, and the approval names ${decision.actions}`);
  }
  if (question.excess !== undefined && decision.actions === undefined) {
    throw new NightporterError('PLAN_TOO_LARGE', `Name the number of actions to approve this plan with --actions: ${question.excess}.`);
  }
}

function refused(sentence: string): NightporterError {
  return new NightporterError('APPROVAL_REFUSED', `${sentence}.`);
}
