import { rate, scheduledJob, serviceAccount } from 'nightporter';

/** In one invocation, as the service account: one call after the other. */
export default scheduledJob({
  impact: 'Nobody calls at once.',
  schedule: rate(1, 'day'),
  runAs: serviceAccount(),
  box: ['users'],
  windowMinutes: 0,
  async run({ box }) {
    let calls = 0;
    for (; calls < 20; calls++) await box.users.getUserMe();
    return { calls };
  },
});
