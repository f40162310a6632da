import { eachManagedUser, rate, scheduledJob } from 'nightporter';

/** More than Box lets anybody look up in a minute; but for the last, nobody has them. */
const gone = Array.from({ length: 1_100 }, (_, nth) => String(99_000_000 + nth));

/** As each user of a long list that was made by hand: looks at the own root folder. */
export default scheduledJob({
  impact: 'Nobody is looked at.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser({ where: { users: [...gone, '11000001'], status: ['active', 'inactive'] }, tolerate: { users: 1 } }),
  box: ['folders'],
  windowMinutes: 0,
  async run({ box }) {
    await box.folders.getFolderById('0');
    return { looks: 1 };
  },
});
