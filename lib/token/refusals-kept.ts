import type { GrantRefused } from './diagnosis.ts';

/** How long a refusal stands without asking Box again. */
const keptMs = 30_000;
const maxEntries = 10_000;

/** Refusals by subject: one deleted user in a list must not cost a token request for each of its calls. */
export class KeptRefusals {
  readonly #refusals = new Map<string, { readonly refusal: GrantRefused; readonly at: number; readonly patient: boolean }>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param patient who would wait for a new secret is not put off with the refusal of somebody who did not */
  get(key: string, patient: boolean): GrantRefused | undefined {
    const kept = this.#refusals.get(key);
    if (kept === undefined) return undefined;
    const age = this.#now() - kept.at;
    if (age >= 0 && age < keptMs) return patient && !kept.patient ? undefined : kept.refusal;
    this.#refusals.delete(key);
    return undefined;
  }

  put(key: string, refusal: GrantRefused, patient: boolean): void {
    if (this.#refusals.size >= maxEntries) this.#refusals.clear();
    this.#refusals.set(key, { refusal, at: this.#now(), patient });
  }

  /** After a new version of the secret, nothing that was refused before says anything. */
  clear(): void {
    this.#refusals.clear();
  }
}
