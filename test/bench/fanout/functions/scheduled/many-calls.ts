import { eachManagedUser, rate, scheduledJob, z } from 'nightporter';

/** More calls for each user than Box allows in a minute. */
export default scheduledJob({
  impact: 'None.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser(),
  box: ['users'],
  params: z.strictObject({ calls: z._default(z.int(), 5_000) }),
  windowMinutes: 0,
  async *run({ box, params, cursor }) {
    for (let call = Number(cursor ?? 0); call < params.calls; call++) {
      await box.users.getUserMe();
      yield String(call + 1);
    }
  },
});
