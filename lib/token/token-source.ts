import type { AccessToken } from './access-token.ts';
import type { CredentialsSource } from './credentials.ts';
import { GrantRefused } from './diagnosis.ts';
import { requestGrant } from './grant.ts';
import { MemoryTier } from './memory-tier.ts';
import { type Subject, subjectKey } from './subject.ts';

export interface TokenSource {
  /** A token that is good for at least `minRemainingMs` more: from memory, or by one grant that all callers share. */
  get(subject: Subject, options?: TokenOptions): Promise<AccessToken>;
  /** After a 401: one new token for all who hold the rejected one. */
  renew(subject: Subject, rejected: AccessToken, signal?: AbortSignal): Promise<AccessToken>;
  /** One grant that bypasses memory in both directions. */
  mint(subject: Subject, signal?: AbortSignal): Promise<AccessToken>;
}

export interface TokenOptions {
  /** A minute if left out: longer than any one call to Box may take to be sent. */
  readonly minRemainingMs?: number;
  readonly signal?: AbortSignal | undefined;
}

export interface TokenSourceOptions {
  readonly apiUrl: string;
  readonly credentials: CredentialsSource;
  readonly now?: () => number;
  /** Told of every token that Box granted. */
  readonly onMint?: (subject: Subject, token: AccessToken) => void;
}

const defaultMinRemainingMs = 60_000;

/** One per Box app and container, so keys need the subject only. */
export function createTokenSource({ apiUrl, credentials, now = Date.now, onMint }: TokenSourceOptions): TokenSource {
  const memory = new MemoryTier();
  const minting = new Map<string, Promise<AccessToken>>();

  const mint = async (subject: Subject, signal?: AbortSignal): Promise<AccessToken> => {
    const token = await mintWithRotation(subject, {
      apiUrl,
      credentials,
      now,
      signal,
    });
    onMint?.(subject, token);
    return token;
  };

  const mintOnce = (subject: Subject, key: string, signal?: AbortSignal): Promise<AccessToken> => {
    const pending = minting.get(key);
    if (pending) return pending;
    const started = mint(subject, signal)
      .then((token) => {
        memory.put(key, token);
        return token;
      })
      .finally(() => minting.delete(key));
    minting.set(key, started);
    return started;
  };

  return {
    async get(subject, { minRemainingMs = defaultMinRemainingMs, signal } = {}) {
      const key = subjectKey(subject);
      const token = memory.get(key);
      return token && token.expiresAt - now() > minRemainingMs ? token : mintOnce(subject, key, signal);
    },
    async renew(subject, rejected, signal) {
      const key = subjectKey(subject);
      memory.forget(key, rejected);
      return memory.get(key) ?? mintOnce(subject, key, signal);
    },
    mint,
  };
}

interface MintContext {
  readonly apiUrl: string;
  readonly credentials: CredentialsSource;
  readonly now: () => number;
  readonly signal: AbortSignal | undefined;
}

const rotationCodes = new Set(['invalid_client', 'invalid_grant', 'unauthorized_client']);

/** Box says "wrong secret" in three ways, all of which also mean other things: only a changed version makes a second try worth it. */
async function mintWithRotation(subject: Subject, { apiUrl, credentials, now, signal }: MintContext): Promise<AccessToken> {
  const used = await credentials.get(signal);
  try {
    return await requestGrant({
      apiUrl,
      credentials: used,
      subject,
      signal,
      now,
    });
  } catch (error) {
    if (!(error instanceof GrantRefused) || !rotationCodes.has(error.diagnosis.error)) throw error;
    const current = await credentials.reread(used.versionId, signal);
    if (current.versionId === used.versionId) throw error;
    return requestGrant({ apiUrl, credentials: current, subject, signal, now });
  }
}
