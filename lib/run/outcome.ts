import type { RunCounts } from '../declare/job-context.ts';

/** What is counted on the way: calls sent to Box, and waits that cost nothing. */
export interface Tally {
  readonly calls: number;
  readonly waits: number;
  readonly waitedSeconds: number;
  readonly counts: RunCounts;
}

/**
 * What a step says of itself; lands in the execution's history. `more`: the cursor was laid down. `wait`: nothing can be done for so long.
 * `halted`: somebody stopped the run. `again`: the cursor leads nowhere any more, and all of it is done again from the beginning.
 */
export interface StepOutcome {
  readonly end: 'done' | 'more' | 'wait' | 'failed' | 'halted' | 'again';
  readonly calls: number;
  readonly counts?: RunCounts;
  /** Why it failed or waits: an error's code. */
  readonly code?: string;
  readonly seconds?: number;
  /** Waiting is not a fault of Box or of the user's: a pause, an exhausted minute, the end of the invocation. */
  readonly isPlanned?: boolean;
  /** Lines that this step has written, by kind of line. */
  readonly parts?: Readonly<Record<string, number>>;
  /** A cursor was laid down under this step's number. */
  readonly cursor?: boolean;
}

/** Where a chain of steps stands: what the next step needs to know, ids and numbers only. */
export interface ChainState {
  /** Number of the next step. */
  readonly step: number;
  /** Number of the step that laid the cursor down; none at the beginning. */
  readonly cursor?: number | undefined;
  /** It was begun again once; twice would go round in a circle. */
  readonly isSecond?: boolean | undefined;
  /** Waits in a row that were somebody's fault, and their seconds. */
  readonly stalls: number;
  readonly stalledSeconds: number;
  readonly tally: Tally;
  /** Steps that have written lines, by kind. */
  readonly parts: Readonly<Record<string, readonly number[]>>;
}

/** What came of one user in one execution of a shard. `left`: the execution's share of operations is used up, another goes on. */
export interface ChainOutcome {
  readonly end: 'done' | 'failed' | 'halted' | 'left';
  readonly code?: string;
  readonly state: ChainState;
}

export const nothingYet: ChainState = {
  step: 0,
  stalls: 0,
  stalledSeconds: 0,
  tally: { calls: 0, waits: 0, waitedSeconds: 0, counts: {} },
  parts: {},
};

export function addCounts(a: RunCounts, b: RunCounts = {}): RunCounts {
  const sum: Record<string, number> = { ...a };
  for (const [name, value] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
