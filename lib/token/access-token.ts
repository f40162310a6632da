import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import type { Redacted } from './redacted.ts';

/** With what a token was granted. */
export interface TokenOrigin {
  /** Secrets Manager's id of the secret's version. */
  readonly secretVersion: string;
  /** Tells Box apps and enterprises apart: `originOf`. */
  readonly app: string;
}

export interface TokenFacts {
  readonly origin?: TokenOrigin | undefined;
  readonly expiresAt: number;
  /** `expiresAt` if left out. */
  readonly refreshAt?: number;
  /** An hour if left out. */
  readonly lifeMs?: number;
}

/** A Box access token and what may be known of it. */
export class AccessToken {
  /** When Box stops to accept it, in ms since the epoch on Box's clock, counted from the moment that the token request started. */
  readonly expiresAt: number;
  /** From here on it is stale: still good, but to be replaced while it is. */
  readonly refreshAt: number;
  /** How long it was to live when it was granted, in ms. */
  readonly lifeMs: number;
  readonly origin: TokenOrigin | undefined;
  readonly #value: Redacted;
  #authorization: string | undefined;
  #fingerprint: string | undefined;

  constructor(value: Redacted, { expiresAt, refreshAt = expiresAt, lifeMs = 3_600_000, origin }: TokenFacts) {
    this.#value = value;
    this.expiresAt = expiresAt;
    this.refreshAt = refreshAt;
    this.lifeMs = lifeMs;
    this.origin = origin;
  }

  /** The value of an Authorization header. */
  get authorization(): string {
    this.#authorization ??= `Bearer ${this.#value.reveal()}`;
    return this.#authorization;
  }

  /** Eight hex digits that tell tokens apart in logs and reveal nothing. */
  get fingerprint(): string {
    this.#fingerprint ??= createHash('sha256').update(this.#value.reveal()).digest('hex').slice(0, 8);
    return this.#fingerprint;
  }

  /** In characters. */
  get length(): number {
    return this.#value.length;
  }

  /** For the shared tier, which encrypts it. */
  reveal(): string {
    return this.#value.reveal();
  }

  /** Not what its getters give, which `inspect` may be told to call. */
  [inspect.custom](): string {
    return `AccessToken ${this.fingerprint}`;
  }
}
