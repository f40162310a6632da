import { rate, scheduledJob, serviceAccount } from 'nightporter';
import type { DiscoveredJob } from '../../../infra/discover.ts';
import { root } from '../stacks.ts';

/** A job that would change things; its function is a placeholder, so it never does. */
export const closeLinks: DiscoveredJob = {
  name: 'close-links',
  file: `${root}/functions/scheduled/close-links.ts`,
  declaration: scheduledJob({
    impact: 'Links stay open.',
    schedule: rate(1, 'day'),
    runAs: serviceAccount(),
    box: ['sharedLinksFiles'],
    actions: { close: { label: 'Close the link', effect: 'converging' } },
    plan: async () => ({ considered: 0 }),
    apply: async () => ({ outcome: 'already' }),
  }) as unknown as DiscoveredJob['declaration'],
};
