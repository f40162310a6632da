import awsCron from 'aws-cron-parser';
import type { Schedule } from 'nightporter';
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
 * @throws NightporterError `SETTINGS_INVALID` saying which part does not parse.
 */
export function parseSchedule(schedule: Schedule): Schedule {
  checkTimeZone(schedule.timeZone);
  const [, kind, inner] = /^(cron|rate|at)\((.*)\)$/.exec(schedule.expression) ?? [];
  if (kind === 'cron') checkCron(inner ?? '', schedule.expression);
  else if (kind === 'rate') checkRate(inner ?? '', schedule.expression);
  else if (kind === 'at') checkAt(inner ?? '', schedule.expression);
  else refuse(schedule.expression, 'it must be cron(…), rate(…) or at(…)');
  return schedule;
}

function refuse(value: string, reason: string): never {
  throw new NightporterError('SETTINGS_INVALID', `The schedule ${JSON.stringify(value)} does not parse: ${reason}.`);
}

function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    refuse(timeZone, 'the time zone must be an IANA name such as Europe/London');
  }
  // Intl also takes offsets such as +01:00, which EventBridge Scheduler does not.
  if (/^[+-]/.test(timeZone)) refuse(timeZone, 'the time zone must be an IANA name such as Europe/London');
}

function checkCron(inner: string, expression: string): void {
  const parts = inner.split(' ');
  if (parts.length !== fields.length) refuse(expression, 'cron has six fields: minutes, hours, day of month, month, day of week, year');
  fields.forEach((field, index) => {
    const part = parts[index] ?? '';
    if (!isFieldValid(part.toUpperCase(), field)) refuse(expression, `${JSON.stringify(part)} is no ${field.name}`);
  });
  if ((parts[2] === '?') === (parts[4] === '?')) refuse(expression, 'exactly one of day of month and day of week must be ?');
  if (!awsCron.next(awsCron.parse(inner), new Date())) refuse(expression, 'it is never due again');
}

function isFieldValid(text: string, field: Field): boolean {
  const isDay = field.name === 'day of month';
  const isWeekday = field.name === 'day of week';
  if (text === '?') return isDay || isWeekday;
  if (text === 'L') return isDay || isWeekday;
  if (isDay && /^(L-)?\d+W?$/.test(text) && /[LW]/.test(text)) return isNumberValid(text.replace(/L-|W/g, ''), field);
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

function checkAt(inner: string, expression: string): void {
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(inner) ? new Date(`${inner}Z`) : undefined;
  // Date rolls the 31st of February over instead of refusing it.
  if (!time || Number.isNaN(time.getTime()) || !time.toISOString().startsWith(inner)) {
    refuse(expression, 'at needs a local time such as at(2026-11-22T02:00:00)');
  }
}
