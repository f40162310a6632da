import { nextWallTime, parseCron } from './cron.ts';

/** Of a schedule: when it is due. */
export interface Timing {
  readonly expression: string;
  readonly timeZone: string;
  /** Milliseconds since 1970: not before; a rate counts from then, the first time at once. */
  readonly startsAt: number;
  /** Not after. */
  readonly endsAt: number | undefined;
}

const dayMs = 86_400_000;
const unitMs = { minute: 60_000, hour: 3_600_000, day: dayMs };

/** When a schedule is due next after a moment, in milliseconds since 1970; `undefined` when it never is again. */
export function nextDue(timing: Timing, after: number): number | undefined {
  const from = Math.max(after, timing.startsAt - 1);
  const next = unbounded(timing, from);
  return next === undefined || next > (timing.endsAt ?? Number.POSITIVE_INFINITY) ? undefined : next;
}

function unbounded({ expression, timeZone, startsAt }: Timing, after: number): number | undefined {
  const [, kind, text = ''] = /^(cron|at|rate)\((.+)\)$/.exec(expression) ?? [];
  if (kind === 'rate') return nextOfRate(text, startsAt, after);
  if (kind === 'at') {
    const moment = momentOf(Date.parse(`${text}Z`), timeZone);
    return moment !== undefined && moment > after ? moment : undefined;
  }
  const cron = parseCron(text);
  let wall = nextWallTime(cron, after + offset(timeZone, after));
  while (wall !== undefined) {
    const moment = momentOf(wall, timeZone);
    if (moment !== undefined && moment > after) return moment;
    wall = nextWallTime(cron, wall);
  }
  return undefined;
}

/** Days of 24 hours, whatever the clocks do. */
function nextOfRate(text: string, startsAt: number, after: number): number {
  const [, count, unit = ''] = /^(\d+) (minute|hour|day)s?$/.exec(text) ?? [];
  const period = Number(count) * unitMs[unit as keyof typeof unitMs];
  return after < startsAt ? startsAt : startsAt + (Math.floor((after - startsAt) / period) + 1) * period;
}

/**
 * When the zone's clocks show that for the first time. Never in the hour that spring skips, where nothing is started, and in the hour that autumn
 * repeats a schedule starts once; AWS does not say at which of the two.
 */
function momentOf(wall: number, timeZone: string): number | undefined {
  const moments = [-dayMs, dayMs].map((away) => wall - offset(timeZone, wall + away));
  return moments.filter((moment) => moment + offset(timeZone, moment) === wall).sort((one, other) => one - other)[0];
}

/** How far the zone's wall clock is ahead of UTC, in milliseconds. */
function offset(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
