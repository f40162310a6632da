import { eachManagedUser, rate, scheduledJob } from 'nightporter';

/** One token and one read for each user. */
export default scheduledJob({
  impact: 'None.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser(),
  box: ['users'],
  windowMinutes: 0,
  async run({ box }) {
    await box.users.getUserMe();
    return { reads: 1 };
  },
});
