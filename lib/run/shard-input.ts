import * as z from 'zod/mini';
import { NightporterError } from '../errors.ts';

const count = z.int().check(z.gte(0));
const counts = z.record(z.string(), z.number());

const chainState = z.object({
  step: count,
  cursor: z.optional(count),
  isSecond: z.optional(z.boolean()),
  stalls: count,
  stalledSeconds: count,
  tally: z.object({ calls: count, waits: count, waitedSeconds: count, counts }),
  parts: z.record(z.string(), z.array(count)),
});

const shardInput = z.object({
  run: z.object({ id: z.string(), job: z.string(), scheduledTime: z.iso.datetime(), attempt: count }),
  shard: count,
  /** 1, or more where an execution before this one has handed users back. */
  execution: count,
  /** Users in the shard's roster; 1 with no roster where the job is one subject's. */
  users: count,
  /** Failed users of the whole run that are borne. */
  tolerated: z.number(),
  usersAtOnce: count,
  /** Id of the earlier run for the same due time whose work the first execution takes over. */
  earlier: z.optional(z.string()),
  /** What this one run is given instead of what the stage sets. */
  params: z.optional(z.record(z.string(), z.unknown())),
});

export type ShardInput = z.infer<typeof shardInput>;

/** @throws NightporterError `EVENT_INVALID`: a shard is started by its coordinator alone */
export function parseShardInput(event: unknown): ShardInput {
  const parsed = shardInput.safeParse(event);
  if (parsed.success) return parsed.data;
  throw new NightporterError('EVENT_INVALID', 'Start the job and not its shards: they are started by its coordinator.');
}

const leftSchema = z.array(z.tuple([count, chainState]));

/** Who was handed back, by their position in the roster, and where each of them stands. */
export function parseLeft(text: string): z.infer<typeof leftSchema> {
  return leftSchema.parse(JSON.parse(text));
}
