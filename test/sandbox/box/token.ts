import { createHash, randomBytes } from 'node:crypto';
import type { AppSettings } from './app-settings.ts';

/** A minted token; the text itself is only the key under which it is kept. */
export interface LiveToken {
  readonly userId: string;
  /** As the app was set when the token was minted: later changes need a new token. */
  readonly settings: AppSettings;
  /** Milliseconds on the simulator's clock. */
  readonly expiresAt: number;
  readonly fingerprint: string;
}

/** First 8 hex digits of the SHA-256: enough to tell tokens apart, nothing to use. */
export function tokenFingerprint(token: string): string {
  return createHash('sha256').update(token).digest('hex').slice(0, 8);
}

const fewest = 10_000;

/** Every token that is out. Minting never invalidates an earlier one. */
export class TokenStore {
  readonly #now: () => number;
  readonly #live = new Map<string, LiveToken>();
  #sweepAt = fewest;

  constructor(now: () => number) {
    this.#now = now;
  }

  mint(userId: string, settings: AppSettings, expiresInSeconds: number): { readonly accessToken: string; readonly fingerprint: string } {
    if (this.#live.size >= this.#sweepAt) this.#sweep();
    const accessToken = randomBytes(24).toString('base64url');
    const fingerprint = tokenFingerprint(accessToken);
    this.#live.set(accessToken, {
      userId,
      settings,
      expiresAt: this.#now() + expiresInSeconds * 1000,
      fingerprint,
    });
    return { accessToken, fingerprint };
  }

  /** @returns undefined for a token that is unknown, revoked or expired by the simulator's clock. */
  find(accessToken: string): LiveToken | undefined {
    const token = this.#live.get(accessToken);
    return token !== undefined && this.#now() < token.expiresAt ? token : undefined;
  }

  revoke(accessToken: string): void {
    this.#live.delete(accessToken);
  }

  /** As when an administrator ends every session of the app. */
  revokeAll(): void {
    this.#live.clear();
  }

  /** Drops what has expired; the next sweep waits until as many again are out, so that minting stays cheap. */
  #sweep(): void {
    for (const [accessToken, token] of this.#live) if (token.expiresAt <= this.#now()) this.#live.delete(accessToken);
    this.#sweepAt = Math.max(fewest, 2 * this.#live.size);
  }
}
