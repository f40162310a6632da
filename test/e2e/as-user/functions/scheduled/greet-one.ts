import { managedUser, rate, scheduledJob } from 'nightporter';

/** As one user, through the service account. */
export default scheduledJob({
  impact: 'Nobody greets the records manager.',
  schedule: rate(1, 'day'),
  runAs: managedUser('11000001', 'as-user'),
  box: ['folders'],
  async run({ box }) {
    await box.folders.createFolder({ name: 'Greetings', parent: { id: '0' } });
    return { greeted: 1 };
  },
});
