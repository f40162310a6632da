/** Compiled, never run: what must not compile stands under `@ts-expect-error`, which is an error itself where the line does compile. */
import { cron, eachManagedUser, managedUser, scheduledJob, serviceAccount, setting, z } from 'nightporter';

const base = { impact: 'Nothing.', schedule: cron('0 2 * * ? *') };
const columns = { id: { label: 'Id', kind: 'text' } } as const;
const report = { title: 'Title', description: 'Description.', columns, orders: [] };
const summarize = () => ({ totals: [], charts: [] });

eachManagedUser({ where: { status: ['active', 'inactive'], group: setting('auditors'), loginDomain: 'example.com', users: ['1'] } });
// @ts-expect-error Box knows no such status
eachManagedUser({ where: { status: 'asleep' } });

scheduledJob({
  ...base,
  runAs: eachManagedUser(),
  box: ['folders'],
  uses: ['reports:write'],
  params: z.strictObject({ days: z._default(z.number(), 90) }),
  report: { title: 'Title', description: 'Description.', columns, orders: [{ label: 'By id', by: 'id', direction: 'ascending' }] },
  async run({ box, user, params, report, count }) {
    await box.folders.getFolderById('0');
    // @ts-expect-error users were not declared
    box.users;
    await report.add({ id: `${user.id} ${params.days}` });
    // @ts-expect-error a column that the report does not have
    await report.add({ id: null, login: 'x' });
    // @ts-expect-error the report of a job in steps is opened and published for it
    report.open;
    count('folders', 2);
    return { folders: 1 };
  },
  summarize({ counts, users, rows, params }) {
    rows() satisfies AsyncIterable<{ readonly id: unknown }>;
    const value: number = (counts.folders ?? 0) + users.failed + params.days;
    return { totals: [{ label: 'Folders', value, kind: 'count' }], charts: [] };
  },
});

scheduledJob({
  ...base,
  runAs: eachManagedUser(),
  async *run({ cursor, user, count }) {
    count(user.id);
    // @ts-expect-error reports:write was not declared
    count.report;
    yield `${cursor} and on`;
  },
});

async function* objects() {
  yield { marker: 'x' };
}
// @ts-expect-error a cursor is a text
scheduledJob({ ...base, runAs: eachManagedUser(), run: objects });

// @ts-expect-error every user's part of the work is a step: it can't be a plain function
scheduledJob({ ...base, runAs: eachManagedUser(), durable: false, run: async () => undefined });

// @ts-expect-error with reports:write a job in steps says what its report looks like
scheduledJob({ ...base, runAs: eachManagedUser(), uses: ['reports:write'], run: async () => undefined });

// @ts-expect-error a report that the job has no right to write
scheduledJob({ ...base, runAs: eachManagedUser(), report, summarize, run: async () => undefined });

// @ts-expect-error a plain job opens its report itself
scheduledJob({ ...base, runAs: serviceAccount(), uses: ['reports:write'], report, summarize, run: async () => undefined });

scheduledJob({
  ...base,
  runAs: managedUser('1'),
  durable: true,
  uses: ['reports:write'],
  report: { title: 'Title', description: 'Description.', columns, orders: [] },
  summarize,
  async *run(context) {
    await context.report.add({ id: null });
    // @ts-expect-error there is one user, whom the declaration names
    context.user;
    yield 'marker';
  },
});

// @ts-expect-error a cursor only where there are steps
scheduledJob({ ...base, runAs: serviceAccount(), run: async ({ cursor }) => ({ length: cursor.length }) });

const actions = { expire: { effect: 'converging', label: 'Set an expiry date' } } as const;
const plan = async () => ({ considered: 0 });
const apply = async () => ({ outcome: 'already' as const });

scheduledJob({
  ...base,
  runAs: eachManagedUser(),
  box: ['files'],
  actions: {
    expire: { effect: 'converging', label: 'Set an expiry date' },
    remind: { effect: 'visible', label: 'Write a comment' },
  },
  limits: { actions: 10 },
  modes: ['report', 'approve'],
  async *plan({ propose, incomplete, user, count }) {
    count('considered');
    await propose({ what: 'expire', item: { type: 'file', id: '1', etag: '0' }, why: `Open. ${user.id}`, undo: 'Remove the date.' });
    // @ts-expect-error no such action
    await propose({ what: 'delete', item: { type: 'file', id: '1' }, why: 'Old.', undo: null });
    // @ts-expect-error nothing is proposed without a reason
    await propose({ what: 'expire', item: { type: 'file', id: '1' }, undo: null });
    incomplete('Some events were missing.');
    yield 'marker';
  },
  async apply({ box, signal }, { what, item, id, user }) {
    what satisfies 'expire' | 'remind';
    await box.files.getFileById(`${item.id}${id}${user}`);
    signal.throwIfAborted();
    return { outcome: 'done', before: { date: null }, after: { date: '2026-11-22' } };
  },
});

scheduledJob({ ...base, runAs: serviceAccount(), actions, plan, apply });

// @ts-expect-error who plans must say how it is carried out
scheduledJob({ ...base, runAs: serviceAccount(), actions, plan });

// @ts-expect-error both at once is neither
scheduledJob({ ...base, runAs: serviceAccount(), actions, plan, apply, run: async () => undefined });

// @ts-expect-error brakes belong to plans
scheduledJob({ ...base, runAs: serviceAccount(), limits: { actions: 1 }, run: async () => undefined });

// @ts-expect-error the share of a plan is a share of what it considered
scheduledJob({ ...base, runAs: serviceAccount(), actions, plan: async () => ({ seen: 1 }), apply });

// @ts-expect-error an effect is one or the other
scheduledJob({ ...base, runAs: serviceAccount(), actions: { go: { effect: 'none', label: 'Go' } }, plan, apply });
