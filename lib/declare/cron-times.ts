import awsCron from 'aws-cron-parser';

type ParsedCron = ReturnType<typeof awsCron.parse>;

const fields = ['minutes', 'hours', 'daysOfMonth', 'months', 'daysOfWeek', 'years'] as const;

/** When a cron expression is due, on a wall clock that is given and answered as if it were UTC. */
export interface CronTimes {
  /** `undefined` when it is never due again. */
  next(after: Date): Date | undefined;
  /** `undefined` when it never was. */
  previous(before: Date): Date | undefined;
}

/** @param inner six fields that have been checked: what stands between `cron(` and `)` */
export function cronTimes(inner: string): CronTimes {
  const cron = read(inner);
  return { next: (after) => seek(cron, after, forwards), previous: (before) => seek(cron, before, backwards) };
}

function read(inner: string): ParsedCron {
  const rules = inner.toUpperCase().split(' ');
  const entries = fields.map((field, index) => [field, allowed(rules[index] ?? '', index)] as const);
  return Object.fromEntries(entries) as unknown as ParsedCron;
}

/** Item by item and in order: the parser takes a list with steps for something else, and the first number for the smallest. */
function allowed(rule: string, index: number): (string | number)[] {
  const field = fields[index] ?? 'minutes';
  // Alone, the last day of the week: Saturday.
  if (field === 'daysOfWeek' && rule === 'L') return [7];
  const items = rule.split(',').map((item) => awsCron.parse(fields.map((_, at) => (at === index ? item : '*')).join(' '))[field]);
  const [only] = items;
  if (only && items.length === 1 && typeof only[0] === 'string') return only;
  return [...new Set(items.flat())].sort((one, other) => Number(one) - Number(other));
}

interface Direction {
  find(cron: ParsedCron, from: Date): Date | null;
  /** From where the search goes on when there was nothing in the month of `at`, nor in some behind it. */
  pastMonth(at: Date): Date;
  /** From where it goes on when a day was found in a month that lacks it, and so rolled over into the next one. */
  pastRolled(found: Date): Date;
}

const monthOf = (date: Date): Date => new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth()));
const minutesFrom = (date: Date, minutes: number): Date => new Date(date.getTime() + minutes * 60_000);

const forwards: Direction = {
  find: awsCron.next,
  pastMonth: (at) => minutesFrom(monthOf(minutesFrom(monthOf(minutesFrom(at, 1)), 31 * 1440)), -1),
  pastRolled: (found) => minutesFrom(monthOf(found), -1),
};

const backwards: Direction = {
  find: awsCron.prev,
  pastMonth: (at) => monthOf(minutesFrom(at, -1)),
  pastRolled: (found) => monthOf(found),
};

function seek(cron: ParsedCron, from: Date, { find, pastMonth, pastRolled }: Direction): Date | undefined {
  let at = from;
  while (at.getUTCFullYear() >= 1970 && at.getUTCFullYear() < 2200) {
    const found = unlessGivenUp(() => find(cron, at));
    if (found === null) return undefined;
    if (found && isMeant(cron, found)) return found;
    at = found ? pastRolled(found) : pastMonth(at);
  }
  return undefined;
}

/** The parser throws when some months in a row have no match. */
function unlessGivenUp(find: () => Date | null): Date | null | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}

function isMeant({ months, daysOfMonth }: ParsedCron, found: Date): boolean {
  const hasDay = typeof daysOfMonth[0] !== 'number' || daysOfMonth.includes(found.getUTCDate());
  return hasDay && months.includes(found.getUTCMonth() + 1);
}
