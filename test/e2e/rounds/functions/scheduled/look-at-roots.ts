import { eachManagedUser, rate, scheduledJob } from 'nightporter';

/** As each user, those too to whom Box grants no token: looks at the own root folder. Bears that two fail, however many there are. */
export default scheduledJob({
  impact: 'Nobody is looked at.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser({ where: { status: ['active', 'inactive'] }, tolerate: { users: 2, share: 1 } }),
  box: ['folders'],
  windowMinutes: 0,
  async run({ box }) {
    await box.folders.getFolderById('0');
    return { looks: 1 };
  },
});
