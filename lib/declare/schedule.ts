/** An EventBridge Scheduler schedule. Parsed when the stacks are made, so that a typing error never reaches AWS. */
export interface Schedule {
  /** `cron(…)` with six fields, or `rate(…)`: docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html */
  readonly expression: string;
  /** IANA time zone; daylight saving is AWS's to handle. */
  readonly timeZone: string;
}

/** `cron('0 2 * * ? *', 'Europe/London')`: minutes, hours, day of month, month, day of week, year. */
export function cron(fields: string, timeZone = 'UTC'): Schedule {
  return { expression: `cron(${fields})`, timeZone };
}

/** `rate(1, 'hour')`. */
export function rate(value: number, unit: 'minute' | 'hour' | 'day'): Schedule {
  return {
    expression: `rate(${value} ${value === 1 ? unit : `${unit}s`})`,
    timeZone: 'UTC',
  };
}
