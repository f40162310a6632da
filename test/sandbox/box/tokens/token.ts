import { createHash, randomBytes } from 'node:crypto';
import type { AppSettings } from './app-settings.ts';
import type { Restriction } from './restriction.ts';

/** A minted token; the text itself is only the key under which it is kept. */
export interface LiveToken {
  readonly userId: string;
  /** As the app was set when the token was minted: later changes need a new token. */
  readonly settings: AppSettings;
  /** Milliseconds on the simulator's clock. */
  readonly expiresAt: number;
  readonly fingerprint: string;
  /** Only of a downscoped token. */
  readonly restriction: Restriction | undefined;
}

export interface MintedToken {
  readonly accessToken: string;
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
  readonly #onLastRevoked: (userId: string) => void;
  readonly #live = new Map<string, LiveToken>();
  /** Tokens per user that were never revoked. One that ran out still counts: only a revocation ends what hangs on it. */
  readonly #sessions = new Map<string, number>();
  #sweepAt = fewest;

  constructor(now: () => number, onLastRevoked: (userId: string) => void = () => {}) {
    this.#now = now;
    this.#onLastRevoked = onLastRevoked;
  }

  mint(userId: string, settings: AppSettings, expiresInSeconds: number, restriction?: Restriction): MintedToken {
    if (this.#live.size >= this.#sweepAt) this.#sweep();
    const accessToken = randomBytes(24).toString('base64url');
    const fingerprint = tokenFingerprint(accessToken);
    this.#live.set(accessToken, {
      userId,
      settings,
      expiresAt: this.#now() + expiresInSeconds * 1000,
      fingerprint,
      restriction,
    });
    this.#sessions.set(userId, (this.#sessions.get(userId) ?? 0) + 1);
    return { accessToken, fingerprint };
  }

  /** @returns undefined for a token that is unknown, revoked or expired by the simulator's clock. */
  find(accessToken: string): LiveToken | undefined {
    const token = this.#live.get(accessToken);
    return token !== undefined && this.#now() < token.expiresAt ? token : undefined;
  }

  revoke(accessToken: string): void {
    const token = this.#live.get(accessToken);
    if (token === undefined) return;
    this.#live.delete(accessToken);
    const left = (this.#sessions.get(token.userId) ?? 1) - 1;
    this.#sessions.set(token.userId, left);
    if (left === 0) this.#onLastRevoked(token.userId);
  }

  /** As when an administrator ends every session of one user. */
  revokeOf(userId: string): void {
    for (const [accessToken, token] of this.#live) if (token.userId === userId) this.#live.delete(accessToken);
    if (this.#sessions.delete(userId)) this.#onLastRevoked(userId);
  }

  /** As when an administrator ends every session of the app. */
  revokeAll(): void {
    this.#live.clear();
    const users = [...this.#sessions.keys()];
    this.#sessions.clear();
    for (const userId of users) this.#onLastRevoked(userId);
  }

  /** Drops what has expired; the next sweep waits until as many again are out, so that minting stays cheap. */
  #sweep(): void {
    for (const [accessToken, token] of this.#live) if (token.expiresAt <= this.#now()) this.#live.delete(accessToken);
    this.#sweepAt = Math.max(fewest, 2 * this.#live.size);
  }
}
