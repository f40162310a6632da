import { eachManagedUser, rate, scheduledJob } from 'nightporter';

/** Nothing but the steps themselves. */
export default scheduledJob({
  impact: 'None.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser({ where: { status: ['active', 'inactive', 'cannot_delete_edit', 'cannot_delete_edit_upload'] } }),
  windowMinutes: 0,
  run: async () => undefined,
});
