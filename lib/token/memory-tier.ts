import type { AccessToken } from './access-token.ts';

/** Tokens of this container by subject; survives warm starts. Wall clock only: a frozen container stops every other one. */
export class MemoryTier {
  readonly #tokens = new Map<string, AccessToken>();
  readonly #maxEntries: number;

  /** @param maxEntries beyond this many, the token that was stored longest ago is forgotten */
  constructor(maxEntries = 10_000) {
    this.#maxEntries = maxEntries;
  }

  get(key: string): AccessToken | undefined {
    return this.#tokens.get(key);
  }

  /** A slower, older answer never replaces a token that lasts longer. */
  put(key: string, token: AccessToken): void {
    const present = this.#tokens.get(key);
    if (present && present.expiresAt > token.expiresAt) return;
    this.#tokens.delete(key);
    this.#tokens.set(key, token);
    if (this.#tokens.size > this.#maxEntries) {
      const [oldest] = this.#tokens.keys();
      if (oldest !== undefined) this.#tokens.delete(oldest);
    }
  }

  /** Forgets the token, unless it was replaced since: by identity, so that many callers with one dead token forget it once. */
  forget(key: string, rejected: AccessToken): void {
    if (this.#tokens.get(key) === rejected) this.#tokens.delete(key);
  }
}
