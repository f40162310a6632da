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
  ['at(2026-07-01T14:00:00)', 'Europe/London', '2026-07-01T13:00:00.000Z'],
  ['at(2026-07-01T13:00:00)', 'Europe/London', undefined],
  ['rate(1 hour)', 'UTC', undefined],
])('%s in %s is due next at %s', (expression, timeZone, due) => {
  const next = nextDue(expression, timeZone, after);
  expect(next && new Date(next).toISOString()).toBe(due);
});
