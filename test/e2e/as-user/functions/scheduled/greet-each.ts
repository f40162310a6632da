import { eachManagedUser, rate, scheduledJob } from 'nightporter';

/** As each user, through the service account. */
export default scheduledJob({
  impact: 'Nobody greets the company.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser({ through: 'as-user', tolerate: { share: 0.5 } }),
  box: ['folders'],
  windowMinutes: 0,
  async *run({ box, count, cursor }) {
    if (cursor !== undefined) return;
    await box.folders.createFolder({ name: 'Greetings to each', parent: { id: '0' } });
    count('greeted');
    yield 'greeted';
  },
});
