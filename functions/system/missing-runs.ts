import { rate, scheduledJob, serviceAccount } from 'nightporter';

/** Finds the runs that were due and never began, or never ended: nobody else would notice a schedule that does not fire. */
export default scheduledJob({
  impact: 'Runs that do not happen go unnoticed while this watch is silent.',
  schedule: rate(1, 'hour'),
  runAs: serviceAccount(),
  uses: ['runs:watch'],
  timeoutMinutes: 2,
  async run({ runs, log }) {
    const missing = await runs.missing(new Date());
    for (const { job, dueTime, why } of missing) {
      log.error(why === 'lapsed' ? 'A run began and never told how it ended.' : 'A run did not happen.', {
        job,
        dueTime: dueTime.toISOString(),
      });
      log.metric('RunMissing', 1, { job });
    }
    return { missing: missing.length };
  },
});
