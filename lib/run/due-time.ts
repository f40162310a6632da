import * as z from 'zod/mini';
import { cronTimes } from '../declare/cron-times.ts';

/** A schedule as the stacks hand it to the watch. */
export const watchedScheduleSchema = z.strictObject({
  job: z.string(),
  expression: z.string(),
  timeZone: z.string(),
  windowMinutes: z.number(),
});

export type WatchedSchedule = z.infer<typeof watchedScheduleSchema>;

const dayMs = 86_400_000;
/** What was due but once is missed for a week; records of runs are kept for longer. */
const onceMs = 7 * dayMs;
const unitMs = { minute: 60_000, hour: 3_600_000, day: dayMs };

/** When a run was due: one moment, or the bounds of one. */
export interface DueTime {
  readonly from: Date;
  readonly to: Date;
}

/**
 * When a schedule was last due before `before`; `undefined` when it never was.
 * A `rate(…)` counts from the schedule's creation, which only AWS knows: one whole period back holds one due time, whenever that was.
 */
export function lastDueTime({ expression, timeZone }: WatchedSchedule, before: Date): DueTime | undefined {
  const rate = expression.match(/^rate\((\d+) (minute|hour|day)s?\)$/);
  if (rate)
    return {
      from: new Date(before.getTime() - Number(rate[1]) * unitMs[rate[2] as keyof typeof unitMs]),
      to: before,
    };
  const once = expression.match(/^at\((.*)\)$/)?.[1];
  if (once) {
    const due = boundsOf(new Date(`${once}Z`), timeZone, before);
    return due && before.getTime() - due.to.getTime() <= onceMs ? due : undefined;
  }
  const times = cronTimes(expression.replace(/^cron\((.*)\)$/, '$1'));
  // Of the clocks of now and of yesterday the one that is ahead: what it shows may have been due an hour before it was set back.
  const ahead = Math.max(...[0, -dayMs].map((ms) => offsetMs(timeZone, new Date(before.getTime() + ms))));
  for (let wall = times.previous(new Date(before.getTime() + ahead)); wall; wall = times.previous(wall)) {
    const due = boundsOf(wall, timeZone, before);
    if (due) return due;
  }
  return undefined;
}

function boundsOf(wall: Date, timeZone: string, before: Date): DueTime | undefined {
  const due = momentsOf(wall, timeZone).filter((moment) => moment <= before);
  const [from, to] = [due[0], due.at(-1)];
  return from && to && { from, to };
}

/**
 * When a wall clock shows that: not at all in the hour that spring skips, where Scheduler starts nothing, and twice in the hour that autumn
 * repeats, where it starts once and does not say at which of the two (docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
 */
function momentsOf(wall: Date, timeZone: string): readonly Date[] {
  const offsets = [-dayMs, dayMs].map((ms) => offsetMs(timeZone, new Date(wall.getTime() + ms)));
  const moments = [...new Set(offsets)].map((offset) => new Date(wall.getTime() - offset));
  return moments.filter((moment) => moment.getTime() + offsetMs(timeZone, moment) === wall.getTime()).sort((a, b) => Number(a) - Number(b));
}

/** How far the zone's wall clock is ahead of UTC at that moment. */
function offsetMs(timeZone: string, at: Date): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    timeZoneName: 'longOffset',
  }).formatToParts(at);
  const offset = parts.find((part) => part.type === 'timeZoneName')?.value.match(/GMT([+-])(\d{2}):(\d{2})/);
  if (!offset) return 0;
  const [, sign, hours, minutes] = offset;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3_600_000 + Number(minutes) * 60_000);
}
