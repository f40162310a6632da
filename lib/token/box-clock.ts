/** Box's clock as this container knows it: its own wall clock, corrected by the `Date` header of token answers. */
export interface BoxClock {
  /** Now, in ms since the epoch on Box's clock. */
  now(): number;
  /** Learns from an answer that has just come, after so long. @returns by how much `now` has been moved, in ms */
  observe(dateHeader: string | undefined, tookMs: number): number;
}

/** `Date` has whole seconds and took a while to arrive: what is less than this apart is no difference. */
const toleranceMs = 5_000;
const longestAnswerMs = 15_000;

/**
 * A token's life is counted on Box's clock: a clock of ours that is wrong, or that is put right while a container lies frozen, can then
 * not make an expired token look alive. Wall clock only: a frozen container stops every other one.
 */
export function boxClock(wallClock: () => number): BoxClock {
  let offset = 0;
  return {
    now: () => wallClock() + offset,
    observe(dateHeader, tookMs) {
      const date = Date.parse(dateHeader ?? '');
      // A container that was frozen while the answer was on its way reads a `Date` from before.
      if (Number.isNaN(date) || tookMs > longestAnswerMs) return 0;
      const before = offset;
      const difference = date - wallClock();
      offset = Math.abs(difference) < toleranceMs ? 0 : difference;
      return offset - before;
    },
  };
}
