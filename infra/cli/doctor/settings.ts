import { refusals } from '../../../lib/token/diagnosis.ts';
import type { Cause } from './check.ts';
import { type ScopeName, scopes } from './scopes.ts';

/** "App Access Only" does not refuse: it shows an enterprise without users. */
export const accessLevel: Cause = causeWith('App Access Level');

const missingScope: Cause = causeWith('Application Scopes');

const advancedFeatures: Cause = causeWith('Advanced Features');

export function scopeMissing(scope: ScopeName, jobs: readonly string[]): Cause {
  const { label } = scopes[scope];
  return {
    cause: `The app lacks the scope "${label}", which ${list(jobs)} needs.`,
    setting: `${missingScope.setting} > ${label}`,
    nextStep: missingScope.nextStep,
  };
}

/** Lists of users, groups and events are for administrators, whatever the app may do. */
export const notAnAdministrator: Cause = {
  cause: 'The user is no administrator or co-administrator with that right.',
  setting: 'Admin Console > Users & Groups > the user > Admin privileges',
  nextStep: 'Give the user that right, or let the job run as the service account.',
};

export const asUserHeader: Cause = {
  cause: '"Make API calls using the as-user header" is off.',
  setting: advancedFeatures.setting,
  nextStep: advancedFeatures.nextStep,
};

/** The one table of causes is the token source's; this finds the entry of a setting in it. */
function causeWith(setting: string): Cause {
  const found = refusals.flatMap(({ causes }) => causes).find((cause) => cause.setting.endsWith(setting));
  if (!found) throw new RangeError(`No refusal has to do with the setting "${setting}".`);
  return { cause: found.cause, setting: found.setting, nextStep: found.nextStep };
}

function list(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? 'a job') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
