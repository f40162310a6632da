interface SeenOperation {
  readonly Type?: string | undefined;
  readonly Status?: string | undefined;
  readonly Name?: string | undefined;
  readonly StepDetails?: { readonly Attempt?: number | undefined } | undefined;
}

/** The steps that an earlier invocation began and did not finish, by name: its process was lost, and one of them may have been why. */
export class InterruptedSteps {
  readonly #attempts = new Map<string, number>();

  clear(): void {
    this.#attempts.clear();
  }

  see(operations: readonly SeenOperation[] = []): void {
    for (const { Type, Status, Name, StepDetails } of operations)
      if (Type === 'STEP' && Status === 'STARTED' && Name !== undefined) this.#attempts.set(Name, StepDetails?.Attempt ?? 0);
  }

  /** How many of them come before this one, those first that were interrupted least often; undefined where it is none of them. */
  turnOf(name: string): number | undefined {
    const own = this.#attempts.get(name);
    if (own === undefined) return undefined;
    return [...this.#attempts].filter(([other, attempt]) => attempt < own || (attempt === own && other < name)).length;
  }
}
