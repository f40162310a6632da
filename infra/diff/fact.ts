/** A sentence about one thing, which a deployment can change. */
export interface Fact {
  readonly name: string;
  readonly says: string;
}
