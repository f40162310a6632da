import type { GrantRefused } from './diagnosis.ts';

/** How long a refusal stands without asking Box again. */
const keptMs = 30_000;
const maxEntries = 10_000;

/** Refusals by subject: one deleted user in a list must not cost a token request for each of its calls. */
export class KeptRefusals {
  readonly #refusals = new Map<string, { readonly refusal: GrantRefused; readonly until: number }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(key: string): GrantRefused | undefined {
    const kept = this.#refusals.get(key);
    if (kept === undefined || kept.until > this.#now()) return kept?.refusal;
    this.#refusals.delete(key);
    return undefined;
  }

  put(key: string, refusal: GrantRefused): void {
    if (this.#refusals.size >= maxEntries) this.#refusals.clear();
    this.#refusals.set(key, { refusal, until: this.#now() + keptMs });
  }

  /** After a new version of the secret, nothing that was refused before says anything. */
  clear(): void {
    this.#refusals.clear();
  }
}
