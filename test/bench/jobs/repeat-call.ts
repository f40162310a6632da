import { rate, scheduledJob, serviceAccount, z } from 'nightporter';

/** One call to Box, over and over; counts its processor time in microseconds. */
export default scheduledJob({
  impact: 'None: a bench.',
  schedule: rate(1, 'day'),
  runAs: serviceAccount(),
  box: ['users'],
  params: z.object({ call: z.enum(['small', 'page']), warmUp: z.number(), times: z.number() }),
  async run({ box, params }) {
    const call = params.call === 'small' ? () => box.users.getUserMe() : () => box.users.getUsers({ limit: 100 });
    for (let i = 0; i < params.warmUp; i++) await call();
    const before = process.cpuUsage();
    for (let i = 0; i < params.times; i++) await call();
    const { user, system } = process.cpuUsage(before);
    return { cpuUs: (user + system) / params.times };
  },
});
