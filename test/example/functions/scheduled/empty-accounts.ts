import { cron, scheduledJob, z as schema, serviceAccount } from 'nightporter';

/** Active accounts that hold next to nothing. */
export default scheduledJob({
  impact: 'Licences that nobody uses stay paid for one more week.',
  schedule: cron('0 5 ? * SUN *', 'Europe/London'),
  runAs: serviceAccount(),
  box: ['users'],
  uses: ['reports:write'],
  params: schema.strictObject({ atMostBytes: schema._default(schema.int(), 0) }),
  async run({ box, pages, params, report }) {
    const accounts = await report.open({
      title: 'Empty accounts',
      description: 'Active accounts that hold next to nothing.',
      columns: { id: { label: 'Id', kind: 'text' }, used: { label: 'Used', kind: 'bytes' } },
      orders: [{ label: 'Fullest', by: 'used', direction: 'descending' }],
    });
    let found = 0;
    const page = (marker?: string) =>
      box.users.getUsers({ usemarker: true, limit: 1000, fields: ['status', 'space_used'], ...(marker && { marker }) });
    for await (const { id, status, spaceUsed = 0 } of pages.byMarker(page)) {
      if (status !== 'active' || spaceUsed > params.atMostBytes) continue;
      found++;
      await accounts.add({ id, used: spaceUsed });
    }
    await accounts.publish({ totals: [{ label: 'Empty accounts', value: found, kind: 'count' }], charts: [] });
    return { found };
  },
});
