import type { Schedule } from 'nightporter';
import { cronTimes } from '../lib/declare/cron-times.ts';
import { NightporterError } from '../lib/errors.ts';

interface Field {
  readonly name: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly names: readonly string[];
}

const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const weekdays = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

/** docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based */
const fields: readonly Field[] = [
  { name: 'minutes', minimum: 0, maximum: 59, names: [] },
  { name: 'hours', minimum: 0, maximum: 23, names: [] },
  { name: 'day of month', minimum: 1, maximum: 31, names: [] },
  { name: 'month', minimum: 1, maximum: 12, names: months },
  { name: 'day of week', minimum: 1, maximum: 7, names: weekdays },
  { name: 'year', minimum: 1970, maximum: 2199, names: [] },
];

/**
 * Checks what AWS would only refuse in the middle of a deployment.
 * @throws NightporterError `SETTINGS_INVALID` saying which of the two, and which part of it, does not parse.
 */
export function parseSchedule({ expression, timeZone }: Schedule): Schedule {
  return { timeZone: parseTimeZone(timeZone), expression: parseExpression(expression, timeZone) };
}

/** @param timeZone that has been checked. @throws NightporterError `SETTINGS_INVALID` */
export function parseExpression(expression: string, timeZone: string): string {
  const [, kind, inner = ''] = /^(cron|rate|at)\((.*)\)$/.exec(expression) ?? [];
  if (kind === 'cron') checkCron(inner, expression);
  else if (kind === 'rate') checkRate(inner, expression);
  else if (kind === 'at') checkAt(inner, expression, timeZone);
  else refuse(expression, 'it must be cron(…), rate(…) or at(…)');
  return expression;
}

/** @throws NightporterError `SETTINGS_INVALID` */
export function parseTimeZone(timeZone: string): string {
  // Intl also takes offsets such as +01:00, which EventBridge Scheduler does not.
  if (isTimeZone(timeZone) && !/^[+-]/.test(timeZone)) return timeZone;
  const sentence = `The time zone ${JSON.stringify(timeZone)} must be an IANA name such as Europe/London.`;
  throw new NightporterError('SETTINGS_INVALID', sentence);
}

function refuse(value: string, reason: string): never {
  throw new NightporterError('SETTINGS_INVALID', `The schedule ${JSON.stringify(value)} does not parse: ${reason}.`);
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}

function checkCron(inner: string, expression: string): void {
  const parts = inner.split(' ');
  if (parts.length !== fields.length) refuse(expression, 'cron has six fields: minutes, hours, day of month, month, day of week, year');
  fields.forEach((field, index) => {
    const part = parts[index] ?? '';
    if (!isFieldValid(part.toUpperCase(), field)) refuse(expression, `${JSON.stringify(part)} is no ${field.name}`);
  });
  if ((parts[2] === '?') === (parts[4] === '?')) refuse(expression, 'exactly one of day of month and day of week must be ?');
  if (!cronTimes(inner).next(new Date())) refuse(expression, 'it is never due again');
}

function isFieldValid(text: string, field: Field): boolean {
  const isDay = field.name === 'day of month';
  const isWeekday = field.name === 'day of week';
  if (text === '?') return isDay || isWeekday;
  if (text === 'L') return isDay || isWeekday;
  // Within the 28 days of every month: what AWS makes of others in a short month, it does not say.
  if (isDay && /^L-\d+$/.test(text)) return isNumberValid(text.slice(2), { ...field, maximum: 27 });
  if (isDay && /^\d+W$/.test(text)) return isNumberValid(text.slice(0, -1), { ...field, maximum: 28 });
  if (isWeekday && /^[A-Z\d]+L$/.test(text)) return isNumberValid(text.slice(0, -1), field);
  if (isWeekday && /^[A-Z\d]+#[1-5]$/.test(text)) return isNumberValid(text.slice(0, -2), field);
  return text.split(',').every((item) => isRangeValid(item, field));
}

function isRangeValid(item: string, field: Field): boolean {
  const [range = '', step, ...tooMany] = item.split('/');
  if (tooMany.length > 0) return false;
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= field.maximum)) return false;
  if (range === '*') return true;
  const ends = range.split('-');
  if (ends.length > 2 || !ends.every((end) => isNumberValid(end, field))) return false;
  const [from = 0, to = from] = ends.map((end) => numberOf(end, field));
  return from <= to;
}

function numberOf(text: string, field: Field): number {
  const index = field.names.indexOf(text);
  return index < 0 ? Number(text) : index + field.minimum;
}

function isNumberValid(text: string, field: Field): boolean {
  if (field.names.includes(text)) return true;
  return /^\d+$/.test(text) && Number(text) >= field.minimum && Number(text) <= field.maximum;
}

function checkRate(inner: string, expression: string): void {
  const [, value = '0', unit = ''] = /^(\d+) (minutes?|hours?|days?)$/.exec(inner) ?? [];
  if (Number(value) < 1) refuse(expression, 'rate needs a whole number and minutes, hours or days, such as rate(2 hours)');
  if ((Number(value) === 1) === unit.endsWith('s')) refuse(expression, 'the unit is singular for 1 and plural otherwise');
}

function checkAt(inner: string, expression: string, timeZone: string): void {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner) ? new Date(`${inner}Z`) : undefined;
  // Date rolls the 31st of February over instead of refusing it.
  if (!time || Number.isNaN(time.getTime()) || !time.toISOString().startsWith(inner)) {
    refuse(expression, 'at needs a local time such as at(2026-11-22T02:00:00)');
  }
  // Scheduler takes one that is over, and starts nothing.
  if (inner <= wallClock(timeZone)) refuse(expression, 'it is over: name a time to come, or turn the job off');
}

/** What a clock in that zone shows now, as `at(…)` writes it. */
function wallClock(timeZone: string): string {
  // Sweden's is the notation of ISO 8601.
  return new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' }).format(new Date()).replace(' ', 'T');
}
