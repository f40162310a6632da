import fc from 'fast-check';
import { cron, rate } from 'nightporter';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../infra/schedule.ts';

const parse = (expression: string, timeZone = 'UTC') => parseSchedule({ expression, timeZone });

describe('a schedule that AWS accepts is accepted', () => {
  it.each([
    'cron(0 2 * * ? *)',
    'cron(0/15 8-18 ? * MON-FRI *)',
    'cron(0 10 L * ? 2026-2030)',
    'cron(0 10 L-3 * ? *)',
    'cron(15 10 15W JAN,JUL ? *)',
    'cron(0 9 ? * 2#1 *)',
    'cron(0 9 ? * FRI#5 *)',
    'cron(0 9 ? * 6L *)',
    'cron(0 2 ? * L *)',
    'cron(0 2 29 2 ? *)',
    'cron(0 2 ? 2 FRI#5 *)',
    'cron(*/5 * * * ? *)',
    'rate(1 hour)',
    'rate(7 days)',
    'at(2099-01-31T02:00:00)',
  ])('%s', (expression) => {
    expect(parse(expression)).toEqual({ expression, timeZone: 'UTC' });
  });

  it('in any IANA time zone', () => {
    expect(parse('rate(1 hour)', 'Europe/London').timeZone).toBe('Europe/London');
  });

  it('whatever cron() and rate() make of valid values', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 1, max: 28 }),
        (minute, hour, day) => {
          expect(() => parseSchedule(cron(`${minute} ${hour} ${day} * ? *`))).not.toThrow();
        },
      ),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.constantFrom('minute', 'hour', 'day'), (value, unit) => {
        expect(() => parseSchedule(rate(value, unit))).not.toThrow();
      }),
    );
  });
});

describe('a schedule that AWS would refuse is refused before the deployment', () => {
  it.each([
    ['every night', 'it must be cron(…), rate(…) or at(…)'],
    ['cron(0 2 * * ?)', 'six fields'],
    ['cron(0 2  * * ? *)', 'six fields'],
    ['cron(60 2 * * ? *)', '"60" is no minutes'],
    ['cron(0 24 * * ? *)', '"24" is no hours'],
    ['cron(0 2 32 * ? *)', '"32" is no day of month'],
    ['cron(0 2 * FOO ? *)', '"FOO" is no month'],
    ['cron(0 2 ? * 8 *)', '"8" is no day of week'],
    ['cron(0 2 ? * MON#6 *)', '"MON#6" is no day of week'],
    ['cron(0 2 * * ? 1969)', '"1969" is no year'],
    ['cron(x 2 * * ? *)', '"x" is no minutes'],
    ['cron(5-1 2 * * ? *)', '"5-1" is no minutes'],
    ['cron(1-2-3 2 * * ? *)', '"1-2-3" is no minutes'],
    ['cron(0/0 2 * * ? *)', '"0/0" is no minutes'],
    ['cron(, 2 * * ? *)', '"," is no minutes'],
    ['cron(? 2 * * ? *)', '"?" is no minutes'],
    ['cron(0 2 * * * *)', 'exactly one of day of month and day of week'],
    ['cron(0 2 ? * ? *)', 'exactly one of day of month and day of week'],
    ['cron(0 2 * * ? 2020)', 'never due again'],
    ['cron(0 2 30 2 ? *)', 'never due again'],
    ['cron(0 2 31 FEB,APR ? *)', 'never due again'],
    ['cron(0 2 31W * ? *)', '"31W" is no day of month'],
    ['cron(0 2 L-30 * ? *)', '"L-30" is no day of month'],
    ['cron(0 2 L-3W * ? *)', '"L-3W" is no day of month'],
    ['rate(0 minutes)', 'rate needs a whole number'],
    ['rate(1.5 hours)', 'rate needs a whole number'],
    ['rate(1 week)', 'rate needs a whole number'],
    ['rate(1 hours)', 'singular'],
    ['rate(2 hour)', 'singular'],
    ['at(2027-02-30T02:00:00)', 'at needs a local time'],
    ['at(tomorrow)', 'at needs a local time'],
    ['at(2026-11-22T02:00:00)', 'it is over'],
  ])('%s: %s', (expression, reason) => {
    expect(() => parse(expression)).toThrow(reason);
    expect(() => parse(expression)).toThrow(expect.objectContaining({ code: 'SETTINGS_INVALID' }));
  });

  it('once its time is over on the clocks of its own zone', () => {
    const inAnHour = new Date(Date.now() + 3_600_000).toISOString().slice(0, 19);
    expect(parse(`at(${inAnHour})`).expression).toBe(`at(${inAnHour})`);
    expect(() => parse(`at(${inAnHour})`, 'Asia/Tokyo')).toThrow('it is over');
    const anHourAgo = new Date(Date.now() - 3_600_000).toISOString().slice(0, 19);
    expect(parse(`at(${anHourAgo})`, 'America/New_York').expression).toBe(`at(${anHourAgo})`);
  });

  it('whatever is written, in one sentence', () => {
    const piece = fc.constantFrom('*', '?', 'L', 'W', 'l', 'FRI', 'feb', '#', '-', ',', '/', ' ', '0', '2', '5', '29', '31', '2028');
    const field = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
    const day = fc.constantFrom('L', 'L-3', '29', '30', '31', '15W', '28W', '1,29', '31,30', '*/9');
    const weekday = fc.constantFrom('L', 'FRI#5', '6L', 'SAT,SUN', 'MON-FRI', 'L,2', '2#9');
    const month = fc.constantFrom('*', '2', 'FEB,APR', '2/3', '12', 'NOV-DEC');
    const dates = fc.oneof(
      fc.tuple(day, month).map(([days, months]) => `cron(0 2 ${days} ${months} ? *)`),
      fc.tuple(month, weekday).map(([months, days]) => `cron(30,0 2 ? ${months} ${days} *)`),
      fc.array(field, { minLength: 6, maxLength: 6 }).map((list) => `cron(${list.join(' ')})`),
      fc.string(),
    );
    const counted = { accepted: 0, refused: 0 };
    fc.assert(
      fc.property(dates, (expression) => {
        try {
          parse(expression);
          counted.accepted++;
        } catch (error) {
          expect(error).toMatchObject({
            code: 'SETTINGS_INVALID',
            message: expect.stringMatching(/^The schedule .+ does not parse: .+\.$/s),
          });
          counted.refused++;
        }
      }),
      { numRuns: 600 },
    );
    console.info(`expressions accepted ${counted.accepted}, refused ${counted.refused}`);
    expect(counted.accepted).toBeGreaterThan(20);
    expect(counted.refused).toBeGreaterThan(20);
  });

  it('as what is wrong: the time zone or the expression', () => {
    expect(() => parse('rate(1 hour)', 'Europe/Lundon')).toThrow('The time zone "Europe/Lundon" must be');
    expect(() => parse('every night', 'Europe/London')).toThrow('The schedule "every night" does not parse');
  });

  it.each(['Europe/Lundon', '+01:00', ''])('in the time zone %j', (timeZone) => {
    expect(() => parse('rate(1 hour)', timeZone)).toThrow('IANA name');
  });
});
