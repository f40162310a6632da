import { expect, test } from 'vitest';
import { checkExpression } from './expression.ts';
import { nextDue } from './next-due.ts';

test.each([
  'cron(0 2 * * ? *)',
  'cron(0/15 9 ? * MON-FRI *)',
  'cron(0 8 L * ? *)',
  'rate(1 hour)',
  'rate(90 minutes)',
  'at(2026-11-22T02:00:00)',
])('%s is taken', (expression) => checkExpression(expression, 'Europe/London', 'here'));

test.each([
  'cron(0 2 * * * *)',
  'cron(0 2 * *)',
  'cron(61 2 * * ? *)',
  'cron(0 2 ? * 3#1,6#3 *)',
  'rate(1 hours)',
  'rate(2 hour)',
  'rate(0 days)',
  'at(tomorrow)',
  'daily',
  '',
])('"%s" is refused', (expression) =>
  expect(() => checkExpression(expression, undefined, 'here')).toThrow(`here: ${expression} is not a schedule expression.`),
);

test('a time zone that does not exist is refused', () => {
  expect(() => checkExpression('rate(1 hour)', 'Europe/Atlantis', 'here')).toThrow('here: Europe/Atlantis is not a time zone.');
});

const after = Date.UTC(2026, 6, 1, 12, 30);

test.each<[string, string, string | undefined]>([
  ['cron(0 2 * * ? *)', 'UTC', '2026-07-02T02:00:00.000Z'],
  ['cron(0 2 * * ? *)', 'Europe/London', '2026-07-02T01:00:00.000Z'],
  ['cron(0 6 ? 1 MON *)', 'America/New_York', '2027-01-04T11:00:00.000Z'],
  ['cron(0 2 * * ? 2025)', 'UTC', undefined],
  ['cron(5,40/10 12 * * ? *)', 'UTC', '2026-07-01T12:40:00.000Z'],
  ['cron(0 0 31 * ? *)', 'UTC', '2026-07-31T00:00:00.000Z'],
  ['cron(0 0 29 2 ? *)', 'UTC', '2028-02-29T00:00:00.000Z'],
  ['cron(0 0 L 2 ? *)', 'UTC', '2027-02-28T00:00:00.000Z'],
  ['cron(0 0 LW * ? *)', 'UTC', '2026-07-31T00:00:00.000Z'],
  ['cron(0 0 1W * ? *)', 'UTC', '2026-08-03T00:00:00.000Z'],
  ['cron(0 0 ? * L *)', 'UTC', '2026-07-04T00:00:00.000Z'],
  ['cron(0 0 ? * 6L *)', 'UTC', '2026-07-31T00:00:00.000Z'],
  ['cron(0 0 ? * TUE#5 *)', 'UTC', '2026-09-29T00:00:00.000Z'],
  ['cron(0 0 ? * FRI-MON *)', 'UTC', '2026-07-03T00:00:00.000Z'],
  // Clocks there do not show 01:30 on the day in spring, and twice on the day in autumn.
  ['cron(30 1 28 3 ? 2027)', 'Europe/London', undefined],
  ['cron(30 1 25 10 ? 2026)', 'Europe/London', '2026-10-25T00:30:00.000Z'],
  ['at(2027-03-28T01:30:00)', 'Europe/London', undefined],
  ['at(2026-07-01T14:00:00)', 'Europe/London', '2026-07-01T13:00:00.000Z'],
  ['at(2026-07-01T13:00:00)', 'Europe/London', undefined],
  ['rate(36 hours)', 'UTC', '2026-07-02T00:20:00.000Z'],
])('%s in %s is due next at %s', (expression, timeZone, due) => {
  const startsAt = Date.UTC(2026, 5, 30, 12, 20);
  const next = nextDue({ expression, timeZone, startsAt, endsAt: undefined }, after);
  expect(next && new Date(next).toISOString()).toBe(due);
});

test('a schedule is due within its dates alone, a rate at once when they begin', () => {
  const [startsAt, endsAt] = [Date.UTC(2026, 6, 2), Date.UTC(2026, 6, 3)];
  const dates = { timeZone: 'UTC', startsAt, endsAt };
  expect(nextDue({ expression: 'rate(2 days)', ...dates }, after)).toBe(startsAt);
  expect(nextDue({ expression: 'rate(2 days)', ...dates }, startsAt)).toBeUndefined();
  expect(nextDue({ expression: 'cron(0 0 * * ? *)', ...dates }, after)).toBe(startsAt);
  expect(nextDue({ expression: 'cron(0 0 * * ? *)', ...dates }, endsAt)).toBeUndefined();
});
