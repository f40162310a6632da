import type { AccessToken } from './access-token.ts';

export interface MemoryTierLimits {
  /** 100,000 if left out. */
  readonly maxEntries?: number;
  /** Characters of keys and tokens; 32 Mi if left out. */
  readonly maxCharacters?: number;
}

const defaults = { maxEntries: 100_000, maxCharacters: 32 * 2 ** 20 };

/**
 * Tokens of this container by subject; survives warm starts. Two generations instead of a list in order of use: a hit is one look-up,
 * and what was not asked for while half of the room filled up is forgotten first.
 */
export class MemoryTier {
  #young = new Map<string, AccessToken>();
  #old = new Map<string, AccessToken>();
  #youngCharacters = 0;
  readonly #maxEntries: number;
  readonly #maxCharacters: number;

  constructor(limits: MemoryTierLimits = {}) {
    const { maxEntries, maxCharacters } = { ...defaults, ...limits };
    this.#maxEntries = maxEntries / 2;
    this.#maxCharacters = maxCharacters / 2;
  }

  get(key: string): AccessToken | undefined {
    const token = this.#young.get(key);
    if (token !== undefined) return token;
    const kept = this.#old.get(key);
    if (kept !== undefined) this.#keep(key, kept);
    return kept;
  }

  /** A slower, older answer never replaces a token that lasts longer. @returns the token that is kept */
  put(key: string, token: AccessToken): AccessToken {
    const present = this.get(key);
    if (present !== undefined && present.expiresAt > token.expiresAt) return present;
    this.#keep(key, token);
    return token;
  }

  /** Forgets the token, unless it was replaced since: many callers with one dead token forget it once. */
  forget(key: string, rejected: AccessToken): void {
    const present = this.get(key);
    if (present?.fingerprint !== rejected.fingerprint) return;
    this.#young.delete(key);
    this.#old.delete(key);
  }

  /** When the tokens are of another app or enterprise than those that are wanted from now on. */
  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#youngCharacters = 0;
  }

  #keep(key: string, token: AccessToken): void {
    this.#young.set(key, token);
    this.#youngCharacters += key.length + token.length;
    if (this.#young.size <= this.#maxEntries && this.#youngCharacters <= this.#maxCharacters) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#youngCharacters = 0;
  }
}
