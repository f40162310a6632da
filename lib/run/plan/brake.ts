import type { Limits } from '../../declare/changing-job.ts';
import { NightporterError } from '../../errors.ts';

export interface PlanSize {
  readonly actions: number;
  readonly considered: number;
}

/** Why this plan is more than a night's work should ever be: a sentence, or `undefined` when it is within both limits. */
export function excess({ actions, considered }: PlanSize, limits: Limits): string | undefined {
  if (actions > limits.actions) return `it has ${actions} actions, and its limit is ${limits.actions}`;
  if (actions > considered * limits.share) {
    return `its ${actions} actions are more than ${percent(limits.share)} of the ${considered} that it looked at`;
  }
  return undefined;
}

/**
 * The brakes of every mode. Somebody who approves a plan beyond its limits shows by its number that they have seen how large it is.
 * @param allowed the number of actions that an approval names, if any
 * @throws NightporterError `PLAN_TOO_LARGE` or `PLAN_INCOMPLETE`
 */
export function brake(size: PlanSize, limits: Limits, incomplete: number, allowed?: number): void {
  if (incomplete > 0) {
    throw new NightporterError(
      'PLAN_INCOMPLETE',
      'Correct what the plan names as missing and run the job again: it saw only a part of the world.',
    );
  }
  const reason = excess(size, limits);
  if (reason === undefined || allowed === size.actions) return;
  const advice = 'Narrow the job, raise its limits in cdk.json, or have the plan approved by its number of actions';
  throw new NightporterError('PLAN_TOO_LARGE', `${advice}: ${reason}.`);
}

function percent(share: number): string {
  return `${Math.round(share * 10_000) / 100} %`;
}
