import { expect, test } from 'vitest';
import { checkExpression } from './expression.ts';

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
