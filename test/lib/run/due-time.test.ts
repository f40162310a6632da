import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueKey } from '../../../lib/run/due-key.ts';
import { lastDueTime } from '../../../lib/run/due-time.ts';
import { nextDue } from '../../sandbox/aws/scheduler/next-due.ts';

const at = (expression: string, timeZone: string, before: string): string | undefined => {
  const due = lastDueTime({ job: 'job', expression, timeZone, windowMinutes: 0 }, new Date(before));
  return due && dueKey(due.to);
};

describe('the last due time', () => {
  it.each([
    ['cron(0 2 * * ? *)', 'UTC', '2026-11-22T12:00:00Z', '2026-11-22T02:00:00Z'],
    ['cron(0 2 * * ? *)', 'UTC', '2026-11-22T01:00:00Z', '2026-11-21T02:00:00Z'],
    ['cron(0 2 * * ? *)', 'Europe/London', '2026-07-01T12:00:00Z', '2026-07-01T01:00:00Z'],
    ['cron(0 2 * * ? *)', 'America/New_York', '2026-01-10T12:00:00Z', '2026-01-10T07:00:00Z'],
    ['cron(30 9 * * ? *)', 'Asia/Kolkata', '2026-01-10T12:00:00Z', '2026-01-10T04:00:00Z'],
    ['cron(0 8 ? * MON-FRI *)', 'UTC', '2026-11-22T12:00:00Z', '2026-11-20T08:00:00Z'],
    ['cron(0 2 ? * L *)', 'UTC', '2026-11-22T12:00:00Z', '2026-11-21T02:00:00Z'],
    ['cron(0 2 ? 2 FRI#5 *)', 'UTC', '2026-11-22T12:00:00Z', '2008-02-29T02:00:00Z'],
    ['cron(0 2 29 2 ? *)', 'UTC', '2026-11-22T12:00:00Z', '2024-02-29T02:00:00Z'],
    ['cron(0 2 20,29,30 2,3 ? *)', 'UTC', '2026-03-15T12:00:00Z', '2026-02-20T02:00:00Z'],
    ['cron(0 2 31 * ? *)', 'UTC', '2026-07-15T12:00:00Z', '2026-05-31T02:00:00Z'],
    ['cron(30,0 2 * * ? *)', 'UTC', '2026-11-22T02:10:00Z', '2026-11-22T02:00:00Z'],
    ['cron(5,30/15 2 * * ? *)', 'UTC', '2026-11-22T03:00:00Z', '2026-11-22T02:45:00Z'],
    ['cron(0 6 1 * ? *)', 'UTC', '2026-11-22T12:00:00Z', '2026-11-01T06:00:00Z'],
    // The night after the clocks of London went back an hour (25 October 2026), and forward (29 March 2026).
    ['cron(0 2 * * ? *)', 'Europe/London', '2026-10-26T12:00:00Z', '2026-10-26T02:00:00Z'],
    ['cron(0 12 * * ? *)', 'Europe/London', '2026-03-29T12:00:00Z', '2026-03-29T11:00:00Z'],
    // In the hour that spring skips nothing was due: the night before is the last one.
    ['cron(30 1 * * ? *)', 'Europe/London', '2026-03-29T12:00:00Z', '2026-03-28T01:30:00Z'],
    ['cron(0 2 * * ? *)', 'Europe/Berlin', '2027-03-28T12:00:00Z', '2027-03-27T01:00:00Z'],
    ['at(2026-07-01T02:00:00)', 'Europe/London', '2026-07-01T12:00:00Z', '2026-07-01T01:00:00Z'],
    ['at(2026-07-01T02:00:00)', 'Europe/London', '2026-07-01T00:59:59Z', undefined],
    // Nobody is told of it for ever.
    ['at(2026-07-01T02:00:00)', 'Europe/London', '2026-07-08T01:00:00Z', '2026-07-01T01:00:00Z'],
    ['at(2026-07-01T02:00:00)', 'Europe/London', '2026-07-08T01:00:01Z', undefined],
    ['at(2026-03-29T01:30:00)', 'Europe/London', '2026-03-29T12:00:00Z', undefined],
  ])('of %s in %s before %s is %s', (expression, timeZone, before, expected) => {
    expect(at(expression, timeZone, before)).toBe(expected);
  });

  it('is unknown for a year that has not come', () => {
    expect(at('cron(0 2 * * ? 2199)', 'UTC', '2026-11-22T12:00:00Z')).toBeUndefined();
  });

  it('in the hour that autumn repeats is one of the two', () => {
    const half = { job: 'job', expression: 'cron(30 1 * * ? *)', timeZone: 'Europe/London', windowMinutes: 0 };
    const [first, second] = [new Date('2026-10-25T00:30:00Z'), new Date('2026-10-25T01:30:00Z')];
    expect(lastDueTime(half, new Date('2026-10-25T12:00:00Z'))).toEqual({ from: first, to: second });
    expect(lastDueTime(half, new Date('2026-10-25T01:00:00Z'))).toEqual({ from: first, to: first });
  });

  it('of a rate is somewhere in the period before', () => {
    const due = lastDueTime(
      { job: 'job', expression: 'rate(2 hours)', timeZone: 'UTC', windowMinutes: 0 },
      new Date('2026-11-22T12:00:00Z'),
    );
    expect(due).toEqual({ from: new Date('2026-11-22T10:00:00Z'), to: new Date('2026-11-22T12:00:00Z') });
  });

  it('is when the Scheduler of the sandbox, which reads expressions by itself, was due last', () => {
    const field = (...items: readonly string[]) =>
      fc.uniqueArray(fc.constantFrom(...items), { minLength: 1, maxLength: 2 }).map((chosen) => chosen.join(','));
    const minutes = field('0', '30', '15-20', '5/20', '59');
    const hours = field('0', '1', '2', '3-5', '0/6', '23');
    const days = fc.oneof(
      fc.oneof(field('1', '28-31', '10/7'), fc.constantFrom('L', '*', '15W')).map((ofMonth) => [ofMonth, '?']),
      fc.oneof(field('SUN', 'MON-FRI', '2/2'), fc.constantFrom('L', '*', '6L', 'TUE#5')).map((ofWeek) => ['?', ofWeek]),
    );
    const months = field('*', 'MAR', '10', '2-4', 'JAN/3');
    const zones = fc.constantFrom('UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu');
    const moments = fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(minutes, hours, days, months, zones, moments, (minute, hour, [ofMonth, ofWeek], month, timeZone, before) => {
        const expression = `cron(${minute} ${hour} ${ofMonth} ${month} ${ofWeek} *)`;
        const due = lastDueTime({ job: 'job', expression, timeZone, windowMinutes: 0 }, before);
        const timing = { expression, timeZone, startsAt: 0, endsAt: undefined };
        const from = due?.from.getTime() ?? 0;
        expect(nextDue(timing, from - 1)).toBe(from);
        // A moment is not before itself.
        expect(nextDue(timing, from)).toBeGreaterThanOrEqual(before.getTime());
      }),
    );
  });

  it('of a daily schedule is less than 25 hours back, or than 49 where the clocks have changed, and at the stated time of that zone', () => {
    const zones = ['UTC', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns'];
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.integer({ min: 0, max: 23 }),
        fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        (timeZone, hour, before) => {
          const due = lastDueTime({ job: 'job', expression: `cron(15 ${hour} * * ? *)`, timeZone, windowMinutes: 0 }, before);
          const format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
          for (const end of [due?.from, due?.to]) expect(format.format(end)).toBe(`${String(hour).padStart(2, '0')}:15`);
          const hoursBack = (before.getTime() - (due?.to.getTime() ?? 0)) / 3_600_000;
          expect(hoursBack).toBeGreaterThanOrEqual(0);
          expect(hoursBack).toBeLessThan(hour < 4 ? 49.1 : 25.1);
        },
      ),
      { numRuns: 300 },
    );
  });
});
