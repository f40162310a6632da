/** The newest of whatever is added, oldest first: at least `limit` of them, at most twice as many. */
export class Ring<T> {
  readonly #limit: number;
  #entries: T[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  get entries(): readonly T[] {
    return this.#entries;
  }

  add(...entries: readonly T[]): void {
    this.#entries.push(...entries);
    // In halves: taking one from the front of a long array for each addition would cost more than what it notes.
    if (this.#entries.length >= 2 * this.#limit) this.#entries = this.#entries.slice(-this.#limit);
  }

  /** Of the newest, where whoever added them has second thoughts soon. */
  remove(entry: T): void {
    const index = this.#entries.lastIndexOf(entry);
    if (index >= 0) this.#entries.splice(index, 1);
  }
}
