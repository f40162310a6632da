import { eachManagedUser, rate, scheduledJob, z } from 'nightporter';

/** As each user: looks at the own root folder and leaves a folder in it, in as many parts as it is told. The smallest job with all that matters. */
export default scheduledJob({
  impact: 'Nobody is marked.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser({ tolerate: { share: 0.5 } }),
  box: ['folders'],
  uses: ['reports:write'],
  params: z.strictObject({
    parts: z._default(z.int(), 1),
    /** Ids of those whose part ends the process. */
    fatal: z._default(z.array(z.string()), []),
  }),
  windowMinutes: 0,
  report: {
    title: 'Marked users',
    description: 'Every user and the parts of the work.',
    columns: { user: { label: 'User', kind: 'text' }, part: { label: 'Part', kind: 'count' }, folder: { label: 'Folder', kind: 'text' } },
    orders: [{ label: 'By part', by: 'part', direction: 'descending' }],
  },
  async *run({ box, user, params, run, cursor, count, report }) {
    if (params.fatal.includes(user.id)) process.exit(1);
    for (let part = Number(cursor ?? 0); part < params.parts; part++) {
      const name = `${run.scheduledTime.toISOString().replaceAll(':', '')} ${part}`;
      await box.folders.createFolder({ name, parent: { id: '0' } }).catch(unlessItExists);
      await report.add({ user: user.id, part, folder: `part ${part}` });
      count('marks');
      yield String(part + 1);
    }
  },
  summarize: ({ counts, users }) => ({
    totals: [
      { label: 'Users', value: users.done, kind: 'count' },
      { label: 'Marks', value: counts.marks ?? 0, kind: 'count' },
    ],
    charts: [],
  }),
});

/** Converges: a part that is done again finds what it has left. */
function unlessItExists(error: unknown): void {
  if ((error as { readonly status?: number }).status !== 409) throw error;
}
