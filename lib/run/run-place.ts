/** Where a run keeps what it needs while it runs, and what remains of it: keys in the stage's report bucket. */
export interface RunPlace {
  readonly job: string;
  readonly run: string;
}

/** Kept for a week: who was looked at, and what was found on the way. */
export function workPrefix({ job, run }: RunPlace): string {
  return `rosters/${job}/${run}/`;
}

/** So that keys sort as shards do. */
export const four = (shard: number): string => String(shard).padStart(4, '0');

/** The users of one shard, a JSON object on each line. */
export function rosterKey(place: RunPlace, shard: number): string {
  return `${workPrefix(place)}${four(shard)}.users.ndjson`;
}

/** Where the list of users goes on behind that step of the roster. */
export function rosterCursorKey(place: RunPlace, step: number): string {
  return `${workPrefix(place)}roster.${step}.cursor`;
}

/** What one step of one user has written: lines of a kind, or the cursor. */
export function stepKey(place: RunPlace, shard: number, user: number, step: number, kind: string): string {
  return `${workPrefix(place)}${four(shard)}/${user}.${step}.${kind}`;
}

/** The lines of a kind of a shard's users who are done, in the roster's order. */
export function shardKey(place: RunPlace, shard: number, execution: number, kind: string): string {
  return `${workPrefix(place)}${four(shard)}.${execution}.${kind}.ndjson`;
}

/** Who was done, who failed and why, by id: kept for seven years. */
export function ledgerKey({ job, run }: RunPlace, shard: number, execution: number): string {
  return `ledger/${job}/${run}/${four(shard)}.${execution}.ndjson`;
}
