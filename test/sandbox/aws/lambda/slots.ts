/** At most so many at a time. */
export class Slots {
  limit: number;
  #taken = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Whether there was a free one, which is the caller's then. */
  tryTake(): boolean {
    if (this.#taken >= this.limit) return false;
    this.#taken += 1;
    return true;
  }

  /** Waits in line for a free one. */
  async take(): Promise<void> {
    while (!this.tryTake()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    this.#taken -= 1;
    this.#waiting.shift()?.();
  }
}
