/** Box's clock as this container knows it: its own wall clock, corrected by the `Date` headers of Box and of the shared tier's store. */
export interface BoxClock {
  /** Now, in ms since the epoch on Box's clock. */
  now(): number;
  /** Now, as no correction will move it: to measure from, across a request that may bring one. */
  mark(): number;
  /** Learns from an answer that has just come to what was asked at the mark. @returns when that was, on Box's clock as it is known now */
  observe(dateHeader: string | undefined, mark: number): number;
}

/** `Date` has whole seconds and took a while to arrive: what is less than this apart is no difference. */
const toleranceMs = 5_000;
const longestAnswerMs = 15_000;

/**
 * A token's life is counted on Box's clock, so that a clock of ours that is wrong can't make an expired token look alive. One that is set
 * back makes time stand still for a moment, not run backwards: what can't be noticed is being set back by less than the time since the
 * last look, as in a container that lay frozen meanwhile. Wall clock only: a frozen container stops every other one.
 */
export function boxClock(wallClock: () => number): BoxClock {
  let setBack = 0;
  let offset = 0;
  let latest = Number.NEGATIVE_INFINITY;
  const steady = (): number => {
    const wall = wallClock();
    if (wall < latest - toleranceMs) setBack += latest - wall;
    latest = wall;
    return wall + setBack;
  };
  return {
    now: () => steady() + offset,
    mark: steady,
    observe(dateHeader, mark) {
      const now = steady();
      const difference = Date.parse(dateHeader ?? '') - now;
      // A container that was frozen while the answer was on its way reads a `Date` from before.
      if (!Number.isNaN(difference) && now - mark <= longestAnswerMs) offset = Math.abs(difference) < toleranceMs ? 0 : difference;
      return mark + offset;
    },
  };
}
