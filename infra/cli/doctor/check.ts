import type { GrantDiagnosis } from 'nightporter';
import { NightporterError } from '../../../lib/errors.ts';
import { GrantRefused } from '../../../lib/token/diagnosis.ts';

/**
 * - `works`
 * - `refused`: it does not work, and something that is deployed or asked for needs it
 * - `unneeded`: it does not work, and nothing needs it
 * - `unknown`: it could not be found out
 */
export type Outcome = 'works' | 'refused' | 'unneeded' | 'unknown';

export type Cause = GrantDiagnosis['causes'][number];

/** One thing that the doctor looked at. */
export interface Check {
  readonly check: string;
  readonly outcome: Outcome;
  /** What was found, in words; for a refusal, Box's own. */
  readonly said: string;
  /** Most likely first; empty where there is nothing to change. */
  readonly causes: readonly Cause[];
}

export function works(check: string, said: string): Check {
  return { check, outcome: 'works', said, causes: [] };
}

export function unknown(check: string, said: string): Check {
  return { check, outcome: 'unknown', said, causes: [] };
}

export function refused(check: string, said: string, causes: readonly Cause[], needed = true): Check {
  return { check, outcome: needed ? 'refused' : 'unneeded', said, causes };
}

/** A failure as a check, so that the others are made all the same: a refused grant with its diagnosis, anything else by its sentence. */
export function failedCheck(check: string, error: unknown, needed = true): Check {
  if (error instanceof GrantRefused) {
    const { error: code, description, causes } = error.diagnosis;
    return refused(check, `${code}: ${description}`, causes, needed);
  }
  if (error instanceof NightporterError) return refused(check, error.message, [], needed);
  // Not its message: nobody knows what an error that was not foreseen quotes.
  const name = error instanceof Error ? error.name : typeof error;
  return refused(check, `Report this as a defect of Nightporter: an unexpected ${name} ended the check.`, [], needed);
}
