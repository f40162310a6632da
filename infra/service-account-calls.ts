import type { ScheduledJob } from 'nightporter';
import { callsBox } from './enabled-jobs.ts';

type Declared = Pick<ScheduledJob, 'runAs' | 'box' | 'uses'>;

/** As whom Box has to grant it tokens. Who runs as each user reads the list of them as the service account. */
export function grantsOf({ runAs }: Pick<ScheduledJob, 'runAs'>): readonly ('enterprise' | 'user')[] {
  if (runAs.kind === 'serviceAccount' || runAs.through === 'as-user') return ['enterprise'];
  return runAs.kind === 'eachManagedUser' ? ['enterprise', 'user'] : ['user'];
}

/** Whether its calls count against the limit of the app's service account. */
export function callsAsServiceAccount(declared: Declared): boolean {
  return callsBox(declared) && grantsOf(declared).includes('enterprise');
}
