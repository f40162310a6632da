/** A defect in one place of the product, and the promise that is broken by it. */
export interface Mutation {
  /** What it does, in the words of a reviewer. */
  readonly defect: string;
  /** From the root. */
  readonly file: string;
  /** Each text stands there once, and gives way to the other. */
  readonly replace: Readonly<Record<string, string>>;
  /** From the root. */
  readonly test: string;
  /** Words of the test's name, as `vitest -t` takes them; all tests of the file if left out. */
  readonly promise?: string;
}
