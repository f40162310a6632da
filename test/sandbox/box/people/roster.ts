/** Which positions are taken: at first 0 … count - 1, later with gaps where somebody left and more at the end. */
export class Roster {
  #next: number;
  readonly #gone = new Set<number>();
  /** Built when it is needed: until somebody leaves, the nth is n. */
  #taken: Int32Array | undefined;

  constructor(count: number) {
    this.#next = count;
  }

  get count(): number {
    return this.#next - this.#gone.size;
  }

  /** Every position ever given lies below. */
  get end(): number {
    return this.#next;
  }

  has(position: number): boolean {
    return position >= 0 && position < this.#next && !this.#gone.has(position);
  }

  add(): number {
    this.#taken = undefined;
    return this.#next++;
  }

  remove(position: number): void {
    this.#taken = undefined;
    this.#gone.add(position);
  }

  /** The nth that is taken. */
  nth(nth: number): number {
    return this.#gone.size === 0 ? nth : (this.#positions()[nth] ?? -1);
  }

  /** How many come before this position: where a walk goes on when the one it stood at has gone. */
  before(position: number): number {
    if (this.#gone.size === 0) return Math.min(position, this.#next);
    const taken = this.#positions();
    let [from, to] = [0, taken.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((taken[middle] ?? 0) < position) from = middle + 1;
      else to = middle;
    }
    return from;
  }

  #positions(): Int32Array {
    if (this.#taken === undefined) {
      this.#taken = new Int32Array(this.count);
      for (let position = 0, nth = 0; position < this.#next; position++) {
        if (!this.#gone.has(position)) this.#taken[nth++] = position;
      }
    }
    return this.#taken;
  }
}
