import type { UserFull } from 'box-node-sdk/schemas/userFull';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import storageReport from '../../functions/scheduled/storage-report.ts';
import { NightporterError } from '../../lib/errors.ts';
import { type JobOnTheBench, ndjson, reportingJob } from './job-context.ts';

type Context = Parameters<typeof storageReport.run>[0];
type Query = NonNullable<Parameters<Context['box']['users']['getUsers']>[0]>;
interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly used: number | null;
  readonly allotted: number | null;
  readonly share: number | null;
}

const gigabyte = 1_024 ** 3;

function user(id: number, facts: Partial<UserFull> = {}): UserFull {
  const at = { value: new Date('2026-01-02T03:04:05.000Z') };
  return {
    type: 'user',
    id: String(id),
    name: `User ${id}`,
    login: `${id}@example.com`,
    role: 'user',
    status: 'active',
    spaceAmount: 10 * gigabyte,
    spaceUsed: gigabyte,
    createdAt: at,
    modifiedAt: at,
    ...facts,
  };
}

/** A Box with these users, in pages of the asked size. */
function boxOf(users: readonly UserFull[], page = (query: Query): object => pageOf(users, query)): Context['box'] {
  return { users: { getUsers: async (query: Query = {}) => page(query) } } as unknown as Context['box'];
}

function pageOf(users: readonly UserFull[], { marker, limit = 100 }: Query): object {
  const from = Number(marker ?? 0);
  return { entries: users.slice(from, from + limit), nextMarker: from + limit < users.length ? String(from + limit) : null };
}

async function report(users: readonly UserFull[], bench: JobOnTheBench = reportingJob('storage-report')) {
  const counts = await storageReport.run({ ...bench.context, box: boxOf(users), params: { nearQuotaShare: 0.9 }, settings: {} });
  const manifest = JSON.parse(bench.store.text('manifest.json'));
  const totals = Object.fromEntries(manifest.totals.map(({ label, value }: { label: string; value: number }) => [label, value]));
  return { counts, totals, html: bench.store.text('report.html'), rows: ndjson<UserRow>(bench.store), bench };
}

describe('the storage report', () => {
  test('adds up to the enterprise, whatever its users hold', async () => {
    const size = fc.oneof(
      fc.constant(0),
      fc.maxSafeNat().map((bytes) => bytes % (100 * gigabyte)),
    );
    const facts = fc.record({
      spaceUsed: size,
      spaceAmount: fc.constantFrom(-1, 0, gigabyte, 50 * gigabyte, 999_999_999_999_999),
      status: fc.constantFrom('active', 'inactive', 'cannot_delete_edit'),
      name: fc.constantFrom('', '  ', 'Ada', '=1+1', '<b>'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(facts, { maxLength: 40 }), async (people) => {
        const users = people.map((person, index) => user(index, person));
        const { totals, rows, counts } = await report(users);
        const limited = users.filter(({ spaceAmount = 0 }) => spaceAmount >= 0 && spaceAmount < 1e14);
        expect(rows.map(({ id, used }) => [id, used])).toEqual(users.map(({ id, spaceUsed }) => [id, spaceUsed]));
        expect(totals).toEqual({
          Users: users.length,
          Used: users.reduce((sum, { spaceUsed = 0 }) => sum + spaceUsed, 0),
          Allotted: limited.reduce((sum, { spaceAmount = 0 }) => sum + spaceAmount, 0),
          'Near quota': limited.filter(({ spaceUsed = 0, spaceAmount = 0 }) => spaceAmount > 0 && spaceUsed >= 0.9 * spaceAmount).length,
          Empty: users.filter(({ spaceUsed }) => spaceUsed === 0).length,
          Inactive: users.filter(({ status }) => status === 'inactive').length,
        });
        expect(counts).toEqual({ users: users.length, rows: users.length });
      }),
      { numRuns: 50 },
    );
  });

  test('reads every page, however many there are', async () => {
    const { rows } = await report(Array.from({ length: 2_345 }, (_, index) => user(index)));
    expect(rows.map(({ id }) => Number(id))).toEqual(Array.from({ length: 2_345 }, (_, index) => index));
  });

  test.each([[-1], [999_999_999_999_999], [undefined]])(
    'leaves allotment and share empty where Box says %s, which is no limit',
    async (spaceAmount) => {
      const { rows, html } = await report([{ ...user(1), spaceAmount } as UserFull]);
      expect(rows[0]).toMatchObject({ allotted: null, share: null });
      expect(html).toContain('One user has no storage limit');
    },
  );

  test('shows a user without a name by login, and says so', async () => {
    const { rows, html } = await report([user(1, { name: '' }), user(2), user(3, { name: ' ' })]);
    expect(rows.map(({ name }) => name)).toEqual(['1@example.com', 'User 2', '3@example.com']);
    expect(html).toContain('2 users have no name in Box');
  });

  test('does not take an unknown size for an empty account', async () => {
    const { spaceUsed: _, ...unmeasured } = user(1);
    const { totals, rows, html } = await report([unmeasured as UserFull]);
    expect(totals).toMatchObject({ Users: 1, Used: 0, Empty: 0 });
    expect(rows[0]).toMatchObject({ used: null, share: null });
    expect(html).toContain('One user has no figure for used storage');
  });

  test('of an enterprise without users says that', async () => {
    const { totals, html } = await report([]);
    expect(totals).toMatchObject({ Users: 0, Used: 0 });
    expect(html).toContain('The enterprise has no managed users.');
  });

  test('writes no name and no login into the log', async () => {
    const { bench } = await report([user(1, { name: 'Canary Name', login: 'canary@example.com' })]);
    expect(bench.logged.join()).not.toMatch(/canary/i);
  });
});

describe('a storage report that cannot be whole is not published', () => {
  const users = Array.from({ length: 3_000 }, (_, index) => user(index));

  async function fails(box: Context['box'], bench: JobOnTheBench = reportingJob('storage-report')): Promise<unknown> {
    const failure = storageReport.run({ ...bench.context, box, params: { nearQuotaShare: 0.9 }, settings: {} });
    const error = await failure.then(
      () => expect.unreachable(),
      (thrown: unknown) => thrown,
    );
    await bench.end();
    expect([...bench.store.objects.keys()]).toEqual([]);
    expect(bench.store.open).toBe(0);
    return error;
  }

  test('when Box repeats a marker', async () => {
    const error = await fails(boxOf(users, (query) => ({ ...pageOf(users, query), nextMarker: '1000' })));
    expect(error).toMatchObject({ code: 'BOX_PAGE_REPEATED' });
  });

  test('when Box fails in the middle of the pages', async () => {
    const broken = new Error('500');
    const error = await fails(
      boxOf(users, (query) => {
        if (query.marker === '2000') throw broken;
        return pageOf(users, query);
      }),
    );
    expect(error).toBe(broken);
  });

  test('when the store refuses it', async () => {
    const bench = reportingJob('storage-report');
    bench.store.refused = 'put rows.csv';
    expect(await fails(boxOf(users), bench)).toMatchObject({ code: 'REPORT_NOT_WRITTEN' });
  });

  test('when the deadline comes', async () => {
    const deadline = new AbortController();
    const tooLong = new NightporterError('RUN_TOO_LONG', 'Make the job smaller.');
    const box = boxOf(users, (query) => {
      if (query.marker === '1000') deadline.abort(tooLong);
      return pageOf(users, query);
    });
    expect(await fails(box, reportingJob('storage-report', { signal: deadline.signal }))).toBe(tooLong);
  });
});
