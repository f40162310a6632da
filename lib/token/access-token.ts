import { createHash } from 'node:crypto';
import { Redacted } from './redacted.ts';

/** A Box access token and what may be known of it. */
export class AccessToken {
  /** When Box stops to accept it: ms since the epoch, counted from the moment that the token request started. */
  readonly expiresAt: number;
  readonly #value: Redacted;
  #authorization: string | undefined;
  #fingerprint: string | undefined;

  constructor(value: string, expiresAt: number) {
    this.#value = new Redacted(value);
    this.expiresAt = expiresAt;
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
}
