import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';
import { scheduler } from '../run/approval/same-person.ts';
import type { EarlierRun } from '../run/coordinate.ts';
import { dueKey } from '../run/due-key.ts';

/** What a run was started for. */
export interface Due {
  readonly scheduledTime: Date;
  /** What is claimed: a due time, or a manual run's own id. */
  readonly key: string;
  /** ARN of who started it, as the operations function says; `scheduler`; or `unknown`, who can have no plan approved. */
  readonly startedBy: string;
  /** What this one run is given instead of what the stage sets, before the job's own schema parses it. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The run that a redrive goes on from, where it has left something. */
  readonly earlier: EarlierRun | undefined;
}

const more = {
  startedBy: z.optional(z.string()),
  earlier: z.optional(z.strictObject({ run: z.string(), users: z.int(), shards: z.int() })),
};
const eventSchema = z.union([
  z.strictObject({ scheduledTime: z.iso.datetime({ offset: true }), ...more }),
  z.strictObject({
    manual: z.string().check(z.regex(/^[\w.-]{1,64}$/)),
    ...more,
    params: z.optional(z.record(z.string(), z.unknown())),
  }),
]);

/**
 * `{"scheduledTime"}` from EventBridge Scheduler (`<aws.scheduler.scheduled-time>`), or `{"manual": "<id>"}` from a person. Only
 * Scheduler's role and the operations function may invoke a job, so what they say of who started it is true.
 * @throws NightporterError `EVENT_INVALID`
 */
export function parseEvent(event: unknown, now: Date): Due {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success)
    throw new NightporterError('EVENT_INVALID', 'Start a run with {"scheduledTime": "<ISO 8601>"} or {"manual": "<id>"}, nothing else.');
  const { startedBy, earlier } = parsed.data;
  if ('manual' in parsed.data) {
    const { manual, params = {} } = parsed.data;
    return { scheduledTime: now, key: `manual#${manual}`, startedBy: startedBy ?? 'unknown', params, earlier };
  }
  const scheduledTime = new Date(parsed.data.scheduledTime);
  return { scheduledTime, key: dueKey(scheduledTime), startedBy: startedBy ?? scheduler, params: {}, earlier };
}
