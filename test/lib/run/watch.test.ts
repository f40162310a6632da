import { describe, expect, it } from 'vitest';
import { claimsIn } from '../../../lib/run/claim.ts';
import { missingRuns } from '../../../lib/run/watch.ts';
import { type RunsTable, runsTable } from './table.ts';

const nightly = { job: 'storage-report', expression: 'cron(0 2 * * ? *)', timeZone: 'UTC', windowMinutes: 5 };
const hourly = { job: 'grant-check', expression: 'rate(1 hour)', timeZone: 'UTC', windowMinutes: 5 };

const missing = async (table: RunsTable, now: string, schedules = [nightly], ended: readonly string[] = []): Promise<string[]> =>
  (await missingRuns({ ...table, table: table.name, hasEnded: async (arn) => ended.includes(arn) }, schedules, new Date(now))).map(
    ({ job, dueTime, why }) => `${job} ${dueTime.toISOString()} ${why}`,
  );

/** A run that has a quarter of an hour. */
const begin = (table: RunsTable, job: string, due: string, at = due, more: { leaseMs?: number; execution?: string } = {}) =>
  claimsIn(table.client, table.name, () => Date.parse(at)).claim({
    job,
    due,
    runId: 'run',
    startedBy: 'scheduler',
    leaseMs: 900_000,
    ...more,
  });

const run = async (table: RunsTable, job: string, due: string): Promise<void> => {
  const at = /^\d/.test(due) ? due : '2026-11-22T02:00:00Z';
  await (await begin(table, job, due, at))?.done({});
};

describe('the run watch', () => {
  it('reports a due time that nobody claimed', async () => {
    await using table = await runsTable();
    expect(await missing(table, '2026-11-20T12:00:00Z')).toEqual([]);
    await run(table, 'storage-report', '2026-11-21T02:00:00Z');
    expect(await missing(table, '2026-11-21T12:00:00Z')).toEqual([]);
    expect(await missing(table, '2026-11-22T12:00:00Z')).toEqual(['storage-report 2026-11-22T02:00:00.000Z unclaimed']);
  });

  it('reports a run that Lambda has ended, however long it might have gone on, and none that goes on', async () => {
    await using table = await runsTable();
    await missing(table, '2026-11-20T12:00:00Z');
    const due = '2026-11-22T02:00:00Z';
    await begin(table, 'storage-report', due, due, { leaseMs: 14 * 86_400_000, execution: 'arn' });
    expect(await missing(table, '2026-11-22T12:00:00Z')).toEqual([]);
    expect(await missing(table, '2026-11-22T12:00:00Z', [nightly], ['arn'])).toEqual(['storage-report 2026-11-22T02:00:00.000Z lapsed']);
  });

  it('reports a run that was due once, unless it ran', async () => {
    await using table = await runsTable();
    const once = [{ ...nightly, expression: 'at(2026-11-22T02:00:00)' }];
    expect(await missing(table, '2026-11-21T12:00:00Z', once)).toEqual([]);
    expect(await missing(table, '2026-11-22T12:00:00Z', once)).toEqual(['storage-report 2026-11-22T02:00:00.000Z unclaimed']);
    await run(table, 'storage-report', '2026-11-22T02:00:00Z');
    expect(await missing(table, '2026-11-22T13:00:00Z', once)).toEqual([]);
  });

  it('leaves time for the flexible window and the retries', async () => {
    await using table = await runsTable();
    await missing(table, '2026-11-20T12:00:00Z');
    await run(table, 'storage-report', '2026-11-21T02:00:00Z');
    expect(await missing(table, '2026-11-22T03:09:00Z')).toEqual([]);
    expect(await missing(table, '2026-11-22T03:11:00Z')).toHaveLength(1);
  });

  it('counts a schedule from when it was first seen: a new or changed one has missed nothing yet', async () => {
    await using table = await runsTable();
    expect(await missing(table, '2026-11-22T12:00:00Z')).toEqual([]);
    expect(await missing(table, '2026-11-22T13:00:00Z')).toEqual([]);
    expect(await missing(table, '2026-11-22T14:00:00Z', [{ ...nightly, expression: 'cron(0 11 * * ? *)' }])).toEqual([]);
  });

  it('reports a run that began and whose time passed before it told how it ended, but none that is under way or has failed', async () => {
    await using table = await runsTable();
    await missing(table, '2026-11-20T12:00:00Z');
    await begin(table, 'storage-report', '2026-11-21T02:00:00Z');
    expect(await missing(table, '2026-11-21T03:11:00Z')).toEqual(['storage-report 2026-11-21T02:00:00.000Z lapsed']);
    // Scheduler's last retry came an hour late.
    const late = await begin(table, 'storage-report', '2026-11-22T02:00:00Z', '2026-11-22T03:04:00Z');
    expect(await missing(table, '2026-11-22T03:11:00Z')).toEqual([]);
    await late?.failed('JOB_FAILED');
    expect(await missing(table, '2026-11-22T12:00:00Z')).toEqual([]);
  });

  it('is not deceived by a manual run, nor by the run of another day or job', async () => {
    await using table = await runsTable();
    await missing(table, '2026-11-20T12:00:00Z');
    await run(table, 'storage-report', 'manual#by-hand');
    await run(table, 'storage-report', '2026-11-23T02:00:00Z');
    await run(table, 'other', '2026-11-22T02:00:00Z');
    expect(await missing(table, '2026-11-22T12:00:00Z')).toHaveLength(1);
  });

  it('looks for the run of a rate anywhere in its last period', async () => {
    await using table = await runsTable();
    await missing(table, '2026-11-22T00:00:00Z', [hourly]);
    await run(table, 'grant-check', '2026-11-22T08:17:31Z');
    expect(await missing(table, '2026-11-22T10:00:00Z', [hourly])).toEqual([]);
    expect(await missing(table, '2026-11-22T11:00:00Z', [hourly])).toHaveLength(1);
  });
});
