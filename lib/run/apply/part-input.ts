import * as z from 'zod/mini';
import { NightporterError } from '../../errors.ts';

const count = z.int().check(z.gte(0));

const partInput = z.strictObject({
  run: z.object({ id: z.string(), job: z.string(), scheduledTime: z.iso.datetime(), attempt: count }),
  /** That version of the plan, of that hash. */
  plan: z.strictObject({ key: z.string(), versionId: z.string(), sha256: z.string(), actions: count }),
  /** Milliseconds since 1970: after that, nobody's approval holds any more. */
  until: z.number(),
  from: count,
  failedInARow: count,
  /** What this one run is given instead of what the stage sets. */
  params: z.record(z.string(), z.unknown()),
});

/** What a coordinator asks of its shards' function when a plan is applied: the part of it from one action on. */
export type PartInput = z.infer<typeof partInput>;

export function isPartInput(event: unknown): boolean {
  return typeof event === 'object' && event !== null && 'plan' in event;
}

/** @throws NightporterError `EVENT_INVALID`: a part is begun by its coordinator alone */
export function parsePartInput(event: unknown): PartInput {
  const parsed = partInput.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new NightporterError('EVENT_INVALID', 'Start the job and not a part of its plan: those are begun by its coordinator.');
}
