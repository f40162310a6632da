import { parseCron } from './cron.ts';

/** @throws Error with one sentence when EventBridge Scheduler would refuse the expression or the time zone. */
export function checkExpression(expression: string, timeZone: string | undefined, where: string): void {
  const [, kind, text = ''] = /^(cron|rate|at)\((.+)\)$/.exec(expression) ?? [];
  const isValid =
    (kind === 'cron' && isCron(text)) ||
    (kind === 'rate' && /^(1 (minute|hour|day)|(?!0+ |1 )\d+ (minutes|hours|days))$/.test(text)) ||
    (kind === 'at' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text) && !Number.isNaN(Date.parse(`${text}Z`)));
  if (!isValid) throw new Error(`${where}: ${expression} is not a schedule expression.`);
  if (timeZone !== undefined && !isTimeZone(timeZone)) throw new Error(`${where}: ${timeZone} is not a time zone.`);
}

function isCron(text: string): boolean {
  try {
    return parseCron(text) !== undefined;
  } catch {
    return false;
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
}
