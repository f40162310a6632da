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

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

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
  const times = cronTimes(expression.replace(/^cron\((.*)\)$/, '$1'));
  const wall = times.previous(new Date(before.getTime() + offsetMs(timeZone, before)));
  if (!wall) return undefined;
  const due = fromWallClock(wall, timeZone);
  return { from: due, to: due };
}

/** Twice, since the offset at the guess may differ from the one at the answer where the clocks change between them. */
function fromWallClock(wall: Date, timeZone: string): Date {
  const guess = new Date(wall.getTime() - offsetMs(timeZone, wall));
  return new Date(wall.getTime() - offsetMs(timeZone, guess));
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
