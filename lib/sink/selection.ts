import type { Cell, Column, Order, Row } from '../declare/report.ts';

interface Candidate {
  readonly rank: Cell;
  readonly arrival: number;
  readonly row: Row<string>;
}

/**
 * The first rows of an order, however many are offered: a binary heap of bounded size with its last row at the root.
 * Rows that tie keep the order in which they came; rows without a value come last in either direction.
 */
export class Selection {
  readonly order: Order<string>;
  readonly #kind: Column['kind'];
  readonly #limit: number;
  readonly #heap: Candidate[] = [];
  #offered = 0;
  #matching = 0;

  constructor(order: Order<string>, kind: Column['kind'], limit: number) {
    this.order = order;
    this.#kind = kind;
    this.#limit = limit;
  }

  /** How many offered rows belong to the order, shown or not. */
  get matching(): number {
    return this.#matching;
  }

  offer(row: Row<string>): void {
    const arrival = this.#offered++;
    if (this.order.where && !this.order.where(row)) return;
    this.#matching++;
    const rank = this.#rank(row[this.order.by] ?? null);
    const last = this.#heap[0];
    // Nearly every row of a long report ends here, so nothing is made for it before.
    if (last && this.#heap.length === this.#limit && !this.#isBefore(rank, arrival, last)) return;
    const candidate = { rank, arrival, row };
    if (this.#heap.length < this.#limit) this.#rise(this.#heap.push(candidate) - 1, candidate);
    else this.#sink(candidate);
  }

  /** The selected rows, first one first. */
  rows(): Row<string>[] {
    return [...this.#heap].sort((a, b) => (this.#precedes(a, b) ? -1 : 1)).map(({ row }) => row);
  }

  /** Times may come with different zones, so they are compared as instants. */
  #rank(cell: Cell): Cell {
    return this.#kind === 'time' && typeof cell === 'string' ? Date.parse(cell) : cell;
  }

  #precedes(a: Candidate, b: Candidate): boolean {
    return this.#isBefore(a.rank, a.arrival, b);
  }

  #isBefore(rank: Cell, arrival: number, other: Candidate): boolean {
    if (rank === other.rank) return arrival < other.arrival;
    if (rank === null || other.rank === null) return other.rank === null;
    return this.order.direction === 'descending' ? rank > other.rank : rank < other.rank;
  }

  #rise(from: number, candidate: Candidate): void {
    let index = from;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = this.#heap[parentIndex];
      if (!parent || !this.#precedes(parent, candidate)) break;
      this.#heap[index] = parent;
      index = parentIndex;
    }
    this.#heap[index] = candidate;
  }

  /** Replaces the root and restores the heap. */
  #sink(candidate: Candidate): void {
    let index = 0;
    for (;;) {
      const left = this.#heap[2 * index + 1];
      const right = this.#heap[2 * index + 2];
      const later = left && right && this.#precedes(left, right) ? right : left;
      if (!later || !this.#precedes(candidate, later)) break;
      this.#heap[index] = later;
      index = 2 * index + (later === left ? 1 : 2);
    }
    this.#heap[index] = candidate;
  }
}
