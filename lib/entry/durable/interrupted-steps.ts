interface SeenOperation {
  readonly Type?: string | undefined;
  readonly Status?: string | undefined;
  readonly Name?: string | undefined;
  readonly StepDetails?: { readonly Attempt?: number | undefined } | undefined;
}

/** What is known of an execution's earlier invocations: whether their processes were lost, and with which steps begun. */
export class InterruptedSteps {
  readonly #attempts = new Map<string, number>();
  readonly #triedAgain = new Set<string>();
  /** ARN of the execution that this process has suspended last. */
  #suspended: string | undefined;
  #isWary = false;

  /** @param operations those that come with the event: the execution itself is the first of them */
  begin(execution: string, operations: readonly SeenOperation[] = []): void {
    this.#attempts.clear();
    this.#triedAgain.clear();
    this.see(operations);
    this.#isWary = operations.length > 1 && this.#suspended !== execution;
    this.#suspended = undefined;
  }

  see(operations: readonly SeenOperation[] = []): void {
    for (const { Type, Status, Name, StepDetails } of operations) {
      if (Type !== 'STEP' || Name === undefined) continue;
      if (Status === 'STARTED') this.#attempts.set(Name, StepDetails?.Attempt ?? 0);
      if (Status === 'PENDING' || Status === 'READY') this.#triedAgain.add(Name);
    }
  }

  suspended(execution: string): void {
    this.#suspended = execution;
  }

  /**
   * Whether it must be known that this step has begun before it does: it was tried before, or the invocation before this one may have lost
   * its process, and a step with it that Lambda knows nothing of, since one that ends its process at once does so before its beginning is
   * told. Only what this process has suspended itself hides none.
   */
  isToBeKnown(name: string): boolean {
    return this.#isWary || this.#attempts.has(name) || this.#triedAgain.has(name);
  }

  /** How many of those that were interrupted together come before this one, those first that were interrupted least often. */
  turnOf(name: string): number {
    const own = this.#attempts.get(name);
    if (own === undefined) return 0;
    return [...this.#attempts].filter(([other, attempt]) => attempt < own || (attempt === own && other < name)).length;
  }
}
