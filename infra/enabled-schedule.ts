import { basename } from 'node:path';
import type { Schedule } from 'nightporter';
import { NightporterError } from '../lib/errors.ts';
import type { DiscoveredJob } from './discover.ts';
import { invalid } from './invalid.ts';
import { parseExpression, parseTimeZone } from './schedule.ts';
import { type JobSettings, settingsMistake } from './settings.ts';

/**
 * When a job runs in this stage. What is wrong is to be corrected where it stands: in cdk.json, or in the job's own file.
 * @throws NightporterError `SETTINGS_INVALID` or `DECLARATION_INVALID`
 */
export function scheduleOf({ name, file, declaration: { schedule } }: DiscoveredJob, set: JobSettings, stageName: string): Schedule {
  const parsed = (key: 'schedule' | 'timeZone', declared: string, parsePart: (text: string) => string): string => {
    try {
      return parsePart(set[key] ?? declared);
    } catch (error) {
      if (!(error instanceof NightporterError)) throw error;
      if (set[key] === undefined) throw invalid(basename(file), error.message, error);
      throw settingsMistake(stageName, ['jobs', name, key], error.message, error);
    }
  };
  const timeZone = parsed('timeZone', schedule.timeZone, parseTimeZone);
  return { timeZone, expression: parsed('schedule', schedule.expression, (text) => parseExpression(text, timeZone)) };
}
