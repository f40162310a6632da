import { eachManagedUser, rate, scheduledJob, z } from 'nightporter';

/** As each user: a walk that goes on from a marker which Box has forgotten, once or always. */
export default scheduledJob({
  impact: 'Nobody is walked.',
  schedule: rate(1, 'day'),
  runAs: eachManagedUser({ tolerate: { share: 1 } }),
  box: ['folders'],
  uses: ['reports:write', 'content:walk'],
  params: z.strictObject({ always: z._default(z.boolean(), false) }),
  windowMinutes: 0,
  report: {
    title: 'Walked',
    description: 'Every user once.',
    columns: { user: { label: 'User', kind: 'text' } },
    orders: [],
  },
  async *run({ box, content, user, params, cursor, count, report, signal }) {
    if (cursor !== undefined) {
      const from = JSON.stringify([['0', -2, null, 'forgotten', null]]);
      for await (const { cursor: next } of content.owned(box, { owner: user.id, from })) yield next ?? 'end';
      return;
    }
    await report.add({ user: user.id });
    count('walked');
    yield 'first';
    const made = await box.folders.createFolder({ name: 'Walked', parent: { id: '0' } }).then(
      () => true,
      () => false,
    );
    if (made || params.always) throw new Error('This step ends here.', { cause: signal.reason });
  },
  summarize: ({ users }) => ({ totals: [{ label: 'Users', value: users.done, kind: 'count' }], charts: [] }),
});
