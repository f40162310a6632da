/** Compiled, never run: what must not compile stands under `@ts-expect-error`, which is an error itself where the line does compile. */
import { cron, managedUser, type PublishedReport, scheduledJob, serviceAccount, setting, z } from 'nightporter';

const base = { impact: 'Nothing.', schedule: cron('0 2 * * ? *'), runAs: serviceAccount() };

scheduledJob({
  ...base,
  box: ['users'],
  uses: ['reports:write'],
  params: z.strictObject({ days: z._default(z.number(), 90) }),
  async run({ box, params, report, settings }) {
    const days: number = params.days;
    const name: string | undefined = settings.anything;
    await box.users.getUsers({ limit: days });
    // @ts-expect-error folders were not declared
    await box.folders.getFolderById('0');
    // @ts-expect-error no such param
    params.hours;
    const writer = await report.open({
      title: 'Title',
      description: 'Description.',
      columns: { id: { label: 'Id', kind: 'text' } },
      orders: [{ label: 'By id', by: 'id', direction: 'ascending' }],
    });
    await writer.add({ id: name ?? null });
    // @ts-expect-error a column that the report does not have
    await writer.add({ id: null, login: 'x' });
    // @ts-expect-error a column is missing
    await writer.add({});
    const published: PublishedReport = await writer.publish({ totals: [], charts: [] });
    return { rows: published.rows };
  },
});

scheduledJob({
  ...base,
  async run(context) {
    // @ts-expect-error reports:write was not declared
    context.report;
    // @ts-expect-error grant:fresh was not declared
    context.grants;
    // @ts-expect-error users were not declared
    context.box.users;
    return undefined;
  },
});

// @ts-expect-error an unknown capability
scheduledJob({ ...base, uses: ['reports:read'], run: async () => undefined });

// @ts-expect-error an unknown manager
scheduledJob({ ...base, box: ['people'], run: async () => undefined });

// @ts-expect-error the impact is required
scheduledJob({ schedule: base.schedule, runAs: base.runAs, run: async () => undefined });

// @ts-expect-error counts are numbers
scheduledJob({ ...base, run: async () => ({ users: 'many' }) });

// @ts-expect-error a setting is named, not made up
managedUser({ name: 'records' });

managedUser(setting('recordsManager'));
