/** A table as deployed. */
export interface Table {
  readonly name: string;
  readonly arn: string;
  readonly kmsKey: string | undefined;
  readonly keyNames: readonly string[];
  /** Holds when an item expires, in seconds since 1970. */
  readonly expiryAttribute: string | undefined;
  /** From deletion. */
  readonly isProtected: boolean;
}
