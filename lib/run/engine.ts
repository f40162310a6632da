/** What a run at scale needs of Lambda durable functions: whatever has an effect stands in a step, and outside of them all is replayed. */
export interface Engine {
  /**
   * Runs the work, or gives what it returned when it ran before; a crash in between runs it again. What it returns is kept for good: counts
   * and keys, nothing else.
   */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Costs nothing, however long. */
  wait(name: string, seconds: number): Promise<void>;
  /**
   * Waits until somebody rings the bell whose id `submit` has told, or the time is over; it matters little which, since nothing that comes
   * with the bell is believed.
   */
  bell(name: string, submit: (callbackId: string) => Promise<void>, seconds: number): Promise<void>;
}

/** What a coordinator and its shards need besides: many at once. */
export interface FanOut extends Engine {
  /** One branch for each index below `count`, so many at once; the results in their order. */
  each<T>(name: string, count: number, work: (branch: FanOut, index: number) => Promise<T>, concurrency: number): Promise<readonly T[]>;
  /** Starts the job's shard function and waits, without cost, for what it answers. */
  invoke<T>(name: string, input: object): Promise<T>;
}
