/** What a run at scale needs of Lambda durable functions: steps that are done once, waits that cost nothing, and a bell from outside. */
export interface Engine {
  /** Runs the work, or gives what it returned when it ran before. What it returns is kept for good: counts and keys, nothing else. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  wait(name: string, seconds: number): Promise<void>;
  /**
   * Waits until somebody rings the bell whose id `submit` has told, or the time is over; it matters little which, since nothing that comes
   * with the bell is believed.
   */
  bell(name: string, submit: (callbackId: string) => Promise<void>, seconds: number): Promise<void>;
}
