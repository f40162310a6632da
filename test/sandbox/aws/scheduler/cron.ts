const monthNames = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const dayNames = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
const lastYear = 2199;

/** A cron expression of Scheduler, of six fields (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html). */
export interface Cron {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[];
  /** Of a day at midnight UTC. */
  isDay(day: Date): boolean;
}

/** @param text what stands between `cron(` and `)`. @throws Error when it is none */
export function parseCron(text: string): Cron {
  const parts = text.toUpperCase().split(/\s+/);
  const [minutes = '', hours = '', ofMonth = '', months = '', ofWeek = '', years = ''] = parts;
  // A day is said one way: the other is "?".
  if (parts.length !== 6 || (ofMonth === '?') === (ofWeek === '?')) throw new Error(`${text} is not a cron expression.`);
  // AWS doc: with "#" the field holds one expression.
  if (ofWeek.includes('#') && ofWeek.includes(',')) throw new Error(`${text} is not a cron expression.`);
  const ofTheMonth = ofMonth.split(',').map(dayOfMonth);
  const ofTheWeek = ofWeek.split(',').map(dayOfWeek);
  return {
    minutes: numbers(minutes, 0, 59),
    hours: numbers(hours, 0, 23),
    months: numbers(named(months, monthNames), 1, 12),
    years: numbers(years, 1970, lastYear),
    isDay: (day) => ofTheMonth.some((test) => test(day)) && ofTheWeek.some((test) => test(day)),
  };
}

/** When it is due next after a moment, both on a wall clock that is given as if it were UTC; `undefined` when never again. */
export function nextWallTime({ minutes, hours, months, years, isDay }: Cron, after: number): number | undefined {
  const start = new Date(after);
  let day = new Date(Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate()));
  while (day.getUTCFullYear() <= lastYear) {
    const [year, month, date] = [day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate()];
    const isMonth = years.includes(year) && months.includes(month + 1);
    if (isMonth && isDay(day)) {
      const times = hours.flatMap((hour) => minutes.map((minute) => Date.UTC(year, month, date, hour, minute)));
      const next = times.find((time) => time > after);
      if (next !== undefined) return next;
    }
    day = isMonth ? new Date(Date.UTC(year, month, date + 1)) : new Date(Date.UTC(year, month + 1, 1));
  }
  return undefined;
}

/** `*`, `5`, `2-6`, each with a step behind a slash, and lists of such; in order. */
function numbers(field: string, first: number, last: number): readonly number[] {
  const found = field.split(',').flatMap((item) => {
    const [, whole, from = '', to, step] = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(item) ?? [];
    if (whole === undefined && from === '') throw new Error(`${item} is not a part of a cron expression.`);
    const start = whole ? first : Number(from);
    const end = whole || (step !== undefined && to === undefined) ? last : Number(to ?? from);
    if (start < first || start > last || end < first || end > last || step === '0') throw new Error(`${item} is out of its range.`);
    const span = end >= start ? end - start : end - start + last - first + 1;
    const steps = Array.from({ length: Math.floor(span / Number(step ?? 1)) + 1 }, (_, index) => start + index * Number(step ?? 1));
    return steps.map((value) => ((value - first) % (last - first + 1)) + first);
  });
  return [...new Set(found)].sort((one, other) => one - other);
}

function named(field: string, names: readonly string[]): string {
  return field.replace(/[A-Z]{3}/g, (name) => (names.includes(name) ? String(names.indexOf(name) + 1) : name));
}

type DayTest = (day: Date) => boolean;

function dayOfMonth(item: string): DayTest {
  if (item === '?') return () => true;
  if (item === 'L') return (day) => day.getUTCDate() === lengthOf(day);
  const near = /^(\d+|L)W$/.exec(item)?.[1];
  if (near !== undefined) return (day) => day.getUTCDate() === weekdayNear(day, near === 'L' ? lengthOf(day) : Number(near));
  const dates = numbers(item, 1, 31);
  return (day) => dates.includes(day.getUTCDate());
}

function dayOfWeek(text: string): DayTest {
  if (text === '?') return () => true;
  const item = named(text, dayNames);
  const weekday = (day: Date) => day.getUTCDay() + 1;
  if (item === 'L') return (day) => weekday(day) === 7;
  const [, last] = /^([1-7])L$/.exec(item) ?? [];
  if (last !== undefined) return (day) => weekday(day) === Number(last) && day.getUTCDate() + 7 > lengthOf(day);
  const [, nth, count] = /^([1-7])#([1-5])$/.exec(item) ?? [];
  if (nth !== undefined) return (day) => weekday(day) === Number(nth) && Math.ceil(day.getUTCDate() / 7) === Number(count);
  const days = numbers(item, 1, 7);
  return (day) => days.includes(weekday(day));
}

function lengthOf(day: Date): number {
  return new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + 1, 0)).getUTCDate();
}

/** The date of the Monday to Friday that is nearest to a date, in the same month. */
function weekdayNear(day: Date, date: number): number {
  const weekday = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), date)).getUTCDay();
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === lengthOf(day) ? date - 2 : date + 1;
  return date;
}
