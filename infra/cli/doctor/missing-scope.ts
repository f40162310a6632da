import { scopeMissing } from '../../../lib/token/causes.ts';
import type { Cause } from './check.ts';
import { type ScopeName, scopes } from './scopes.ts';

/** The cause "scope missing", of this very scope and for these jobs. */
export function missingScope(scope: ScopeName, jobs: readonly string[]): Cause {
  const { label } = scopes[scope];
  return {
    cause: `The app lacks the scope "${label}", which ${list(jobs)} needs.`,
    setting: `${scopeMissing.setting} > ${label}`,
    nextStep: scopeMissing.nextStep,
  };
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? 'a job') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
