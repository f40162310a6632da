import type { TokenEvent } from '../../../../lib/token/token-event.ts';

/** A container's wall clock: off by some minutes, and sometimes moved. Knows by how much its owner can't have noticed that it was set back. */
export class WanderingClock {
  readonly #trueTime: () => number;
  #offsetMs = 0;
  #readAt: number | undefined;
  #setBackMs = 0;
  #unnoticedMs = 0;

  constructor(trueTime: () => number) {
    this.#trueTime = trueTime;
  }

  read(): number {
    // Set back by more than the time since the last look, it shows an earlier time than it did: that can be noticed, that pause can not.
    const now = this.#trueTime();
    this.#unnoticedMs += Math.min(this.#setBackMs, now - (this.#readAt ?? now));
    this.#setBackMs = 0;
    this.#readAt = now;
    return now + this.#offsetMs;
  }

  move(byMs: number): void {
    this.#offsetMs += byMs;
    if (this.#readAt !== undefined) this.#setBackMs = Math.max(0, this.#setBackMs - byMs);
  }

  /** A token that Box has just granted brought the right time with it. */
  heardOf(event: TokenEvent): void {
    if (event.kind === 'minted' && event.tookMs < 15_000) this.#unnoticedMs = 0;
  }

  get unnoticedMs(): number {
    return this.#unnoticedMs;
  }
}
