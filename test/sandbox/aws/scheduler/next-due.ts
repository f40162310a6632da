import awsCron from 'aws-cron-parser';

/**
 * When a schedule is due next after a moment, in milliseconds since 1970; where the clocks change in between it may be off by that.
 * @returns undefined for a `rate(…)`, which counts from the schedule's creation, and for what is never due again
 */
export function nextDue(expression: string, timeZone: string, after: number): number | undefined {
  const [, kind, text = ''] = /^(cron|at)\((.+)\)$/.exec(expression) ?? [];
  if (kind === undefined) return undefined;
  // The wall clock of the schedule's zone, as if it were UTC.
  const wall = after + offset(timeZone, after);
  const next = kind === 'at' ? Date.parse(`${text}Z`) : awsCron.next(awsCron.parse(text), new Date(wall))?.getTime();
  return next === undefined || next < wall ? undefined : next - offset(timeZone, next);
}

/** How far the zone's wall clock is ahead of UTC, in milliseconds. */
function offset(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000;
}
