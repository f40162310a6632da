import { cron, scheduledJob, serviceAccount, z } from 'nightporter';

export default scheduledJob({
  impact: 'The licence count of this week is missing.',
  schedule: cron('0 6 ? * MON *', 'Europe/London'),
  runAs: serviceAccount(),
  box: ['users'],
  uses: ['reports:write'],
  params: z.strictObject({ role: z._default(z.string(), 'user') }),
  async run({ box, pages, params, report }) {
    const users = await report.open({
      title: 'Active users',
      description: 'Everyone who can sign in.',
      columns: { id: { label: 'Id', kind: 'text' }, used: { label: 'Used', kind: 'bytes' } },
      orders: [{ label: 'Biggest', by: 'used', direction: 'descending' }],
    });
    let active = 0;
    const page = (marker?: string) =>
      box.users.getUsers({ usemarker: true, limit: 1000, fields: ['role', 'status', 'space_used'], ...(marker && { marker }) });
    for await (const user of pages.byMarker(page)) {
      if (user.status !== 'active' || user.role !== params.role) continue;
      active++;
      await users.add({ id: user.id, used: user.spaceUsed ?? null });
    }
    await users.publish({ totals: [{ label: 'Active users', value: active, kind: 'count' }], charts: [] });
    return { active };
  },
});
