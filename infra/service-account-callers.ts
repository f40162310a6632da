import type { ScheduledJob } from 'nightporter';
import { callsBox, type EnabledJob, seesToWebhooks } from './enabled-jobs.ts';
import type { EnabledWebhook } from './enabled-webhooks.ts';

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

/** How many jobs and webhooks of the stage may call as this app's service account at the same time. */
export function callersOf(
  app: string | undefined,
  { jobs, webhooks }: { readonly jobs: readonly EnabledJob[]; readonly webhooks: readonly EnabledWebhook[] },
): number {
  const ofApp = [...jobs, ...webhooks].filter((each) => each.app === app);
  return ofApp.filter(({ declaration }) => callsAsServiceAccount(declaration) || seesToWebhooks(declaration)).length;
}
