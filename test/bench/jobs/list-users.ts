import { rate, scheduledJob, serviceAccount } from 'nightporter';

/** The smallest useful job: one page of users. */
export default scheduledJob({
  impact: 'None: a bench.',
  schedule: rate(1, 'day'),
  runAs: serviceAccount(),
  box: ['users'],
  async run({ box }) {
    const { entries = [] } = await box.users.getUsers({ limit: 100 });
    return { users: entries.length };
  },
});
