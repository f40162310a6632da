import { rate, scheduledJob, serviceAccount, z } from 'nightporter';

/** In steps, as the service account: calls, four at a time. */
export const callsInSteps = (impact: string) =>
  scheduledJob({
    impact,
    schedule: rate(1, 'day'),
    runAs: serviceAccount(),
    durable: true,
    box: ['users'],
    params: z.strictObject({ calls: z._default(z.int(), 80) }),
    windowMinutes: 0,
    async *run({ box, params, cursor, count }) {
      for (let made = Number(cursor ?? 0); made < params.calls; made += 4) {
        if (made > 0) yield String(made);
        await Promise.all([1, 2, 3, 4].map(() => box.users.getUserMe()));
        count('calls', 4);
      }
    },
  });
