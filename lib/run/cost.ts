/** List prices of eu-west-1 as known in January 2026, in USD; an estimate for a record, not a bill. */
const perOperation = 8 / 1_000_000;
const perGigabyteSecond = 0.0000133334;
const perWrite = 0.0000055;
/** What a call to Box takes, in seconds of one of the users that are done at once. */
const secondsPerCall = 0.25;

export interface RunSize {
  readonly users: number;
  readonly shards: number;
  readonly calls: number;
  readonly waits: number;
  /** In each shard. */
  readonly usersAtOnce: number;
  readonly memoryMiB: number;
}

/** What such a run costs on AWS: its operations, its time, its writes. To a tenth of a cent. */
export function costEstimate({ users, shards, calls, waits, usersAtOnce, memoryMiB }: RunSize): number {
  const operations = users + 2 * waits + 5 * shards;
  const seconds = (calls * secondsPerCall) / usersAtOnce;
  const cost = operations * perOperation + seconds * (memoryMiB / 1024) * perGigabyteSecond + (users + 4 * shards) * perWrite;
  return Math.round(cost * 1000) / 1000;
}
