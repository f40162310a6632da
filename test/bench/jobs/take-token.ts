import { rate, scheduledJob, serviceAccount } from 'nightporter';

/** Takes the token that every call to Box starts with, and sends nothing. */
export default scheduledJob({
  impact: 'None: a bench.',
  schedule: rate(1, 'day'),
  runAs: serviceAccount(),
  box: ['users'],
  async run({ box }) {
    await box.users.auth?.retrieveAuthorizationHeader();
    return { users: 0 };
  },
});
