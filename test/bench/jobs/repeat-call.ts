import { rate, scheduledJob, serviceAccount, z } from 'nightporter';

const now = Date.now;
let aheadMs = 0;
// When this is loaded nobody has taken the clock yet.
Date.now = () => now() + aheadMs;

/** As if a call took that long: as many as Box allows, so that nobody is held. */
const callMs = 61;

/** One call to Box, over and over; counts its processor time in microseconds. */
export default scheduledJob({
  impact: 'None: a bench.',
  schedule: rate(1, 'day'),
  runAs: serviceAccount(),
  box: ['users'],
  params: z.object({ call: z.enum(['small', 'page']), warmUp: z.number(), times: z.number() }),
  async run({ box, params }) {
    const ask = params.call === 'small' ? () => box.users.getUserMe() : () => box.users.getUsers({ limit: 100 });
    const call = (): Promise<unknown> => {
      aheadMs += callMs;
      return ask();
    };
    for (let i = 0; i < params.warmUp; i++) await call();
    const before = process.cpuUsage();
    for (let i = 0; i < params.times; i++) await call();
    const { user, system } = process.cpuUsage(before);
    return { cpuUs: (user + system) / params.times };
  },
});
