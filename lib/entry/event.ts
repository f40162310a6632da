import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { dueKey } from '../run/due-key.ts';

/** What a run was started for. */
export interface Due {
  readonly scheduledTime: Date;
  /** What is claimed: a due time, or a manual run's own id. */
  readonly key: string;
}

const eventSchema = z.union([
  z.strictObject({ scheduledTime: z.iso.datetime({ offset: true }) }),
  z.strictObject({ manual: z.string().check(z.regex(/^[\w.-]{1,64}$/)) }),
]);

/**
 * `{"scheduledTime"}` from EventBridge Scheduler (`<aws.scheduler.scheduled-time>`), or `{"manual": "<id>"}` from a person.
 * @throws NightporterError `EVENT_INVALID`
 */
export function parseEvent(event: unknown, now: Date): Due {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success)
    throw new NightporterError('EVENT_INVALID', 'Start a run with {"scheduledTime": "<ISO 8601>"} or {"manual": "<id>"}, nothing else.');
  if ('manual' in parsed.data) return { scheduledTime: now, key: `manual#${parsed.data.manual}` };
  const scheduledTime = new Date(parsed.data.scheduledTime);
  return { scheduledTime, key: dueKey(scheduledTime) };
}
