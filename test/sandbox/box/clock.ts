/** A simulated clock: `now` goes into the simulator's options, and time passes when a test says so. */
export class Clock {
  #at: number;

  constructor(at = Date.UTC(2026, 10, 22, 2)) {
    this.#at = at;
  }

  readonly now = (): number => this.#at;

  advance(milliseconds: number): void {
    this.#at += milliseconds;
  }
}

export const minute = 60_000;
export const day = 86_400_000;
