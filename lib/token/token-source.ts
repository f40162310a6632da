import pLimit from 'p-limit';
import type { AccessToken } from './access-token.ts';
import { boxClock } from './box-clock.ts';
import type { CredentialsSource } from './credentials.ts';
import { GrantRefused } from './diagnosis.ts';
import { MemoryTier, type MemoryTierLimits } from './memory-tier.ts';
import { createMinter, type Mint } from './mint.ts';
import { KeptRefusals } from './refusals-kept.ts';
import type { SharedTier } from './shared-tier.ts';
import { type Subject, subjectKey } from './subject.ts';
import type { TokenObserver } from './token-event.ts';

export interface TokenSource {
  /** The token in memory, if it is good and needs no refresh; the quick way, without a promise. */
  held(subject: Subject): AccessToken | undefined;
  /**
   * A token that is good for at least `minRemainingMs` more: from memory, from the shared tier, or by one grant that all callers share.
   * @throws GrantRefused, or what kept the grant from being answered
   */
  get(subject: Subject, options?: TokenOptions): Promise<AccessToken>;
  /** After a 401: one new token for all who hold the rejected one. */
  renew(subject: Subject, rejected: AccessToken, options?: TokenOptions): Promise<AccessToken>;
  /** One grant that bypasses every tier in both directions, and waits for nothing. */
  mint(subject: Subject, signal?: AbortSignal): Promise<AccessToken>;
  /** Awaits refreshes that were started on the side, for at most that long: after the invocation the container may be frozen. */
  settle(withinMs: number): Promise<void>;
}

export interface TokenOptions {
  /** A minute if left out; at most half of a token's life. */
  readonly minRemainingMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** Time left in the invocation, in ms: bounds the wait for a new secret. None if left out, so nothing is waited for. */
  readonly remainingMs?: () => number;
}

export interface TokenSourceOptions {
  readonly apiUrl: string;
  readonly credentials: CredentialsSource;
  /** Wall clock, in ms since the epoch. */
  readonly now?: () => number;
  /** Left out: every container mints for itself. */
  readonly sharedTier?: SharedTier | undefined;
  /** How long a run waits for a new version of a secret that was reset in Box's console; 12 minutes if left out. */
  readonly rotationGraceMs?: number;
  readonly rotationPollMs?: number;
  readonly memory?: MemoryTierLimits;
  readonly observe?: TokenObserver;
}

const minute = 60_000;
/** Below this, a token may expire on its way to Box. */
const leastRemainingMs = 5_000;
const concurrentTokenRequests = 10;
const backgroundTimeoutMs = 10_000;
const longestBackOffMs = 5 * minute;

interface Flight {
  readonly token: Promise<AccessToken>;
  /** Started on the side: it gives up early, and who needs the token has to try for longer. */
  readonly inBackground: boolean;
}

/** One per Box app and container: fresh tokens from memory, stale ones while they are replaced, expired ones never. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { now = Date.now, rotationGraceMs = 12 * minute, sharedTier } = options;
  const clock = boxClock(now);
  const memory = new MemoryTier(options.memory);
  const refusals = new KeptRefusals(now);
  const observe: TokenObserver = (event) => {
    if (event.kind === 'secretVersionChanged') refusals.clear();
    options.observe?.(event);
  };
  const flights = new Map<string, Flight>();
  const backOff = new Map<string, { readonly failures: number; readonly until: number }>();
  const limit = pLimit(concurrentTokenRequests);
  const mintNow = createMinter({ ...options, clock, observe });
  const mint: Mint = (request) => limit(() => mintNow(request));

  const remainingOf = (token: AccessToken): number => token.expiresAt - clock.now();

  const obtain = async (subject: Subject, key: string, options: TokenOptions, rejected?: AccessToken): Promise<AccessToken> => {
    const { signal, remainingMs } = options;
    const patienceMs = remainingMs ? Math.min(rotationGraceMs, remainingMs() - leastRemainingMs) : 0;
    const granted = () => mint({ subject, signal, patienceMs });
    const token =
      sharedTier && subject.type === 'enterprise' ? await sharedTier.get({ key, clock, rejected, signal, mint: granted }) : await granted();
    backOff.delete(key);
    return memory.put(key, token);
  };

  const fly = (
    subject: Subject,
    key: string,
    options: TokenOptions,
    more: { inBackground?: boolean; rejected?: AccessToken } = {},
  ): Promise<AccessToken> => {
    const token = obtain(subject, key, options, more.rejected)
      .catch((error) => {
        if (error instanceof GrantRefused) refusals.put(key, error);
        throw error;
      })
      .finally(() => flights.delete(key));
    flights.set(key, { token, inBackground: more.inBackground ?? false });
    return token;
  };

  /** Never throws and never makes a caller wait: the token at hand is good. */
  const refreshAside = (subject: Subject, key: string): void => {
    if (flights.has(key) || (backOff.get(key)?.until ?? 0) > now()) return;
    fly(subject, key, { signal: AbortSignal.timeout(backgroundTimeoutMs) }, { inBackground: true }).catch(() => {
      const failures = (backOff.get(key)?.failures ?? 0) + 1;
      const waitMs = Math.min(longestBackOffMs, 2 ** failures * 10_000) * (0.5 + Math.random() * 0.5);
      backOff.set(key, { failures, until: now() + waitMs });
    });
  };

  /** Joins what is under way, or starts it. */
  const join = async (subject: Subject, key: string, options: TokenOptions): Promise<AccessToken> => {
    const flight = flights.get(key);
    if (flight && !flight.inBackground) return flight.token;
    const aside = await flight?.token.catch(() => undefined);
    // The container may have been frozen while that request was under way, for longer than a token lives.
    if (aside && remainingOf(aside) > minute) return aside;
    return flights.get(key)?.token ?? fly(subject, key, options);
  };

  return {
    held(subject) {
      const token = memory.get(subjectKey(subject));
      return token && token.refreshAt > clock.now() ? token : undefined;
    },
    async get(subject, options = {}) {
      const key = subjectKey(subject);
      const token = memory.get(key);
      if (token) {
        const remaining = remainingOf(token);
        if (remaining > Math.min(options.minRemainingMs ?? minute, token.lifeMs / 2)) {
          if (token.refreshAt <= clock.now()) refreshAside(subject, key);
          return token;
        }
      }
      const refusal = refusals.get(key);
      try {
        if (refusal) throw refusal;
        return await join(subject, key, options);
      } catch (error) {
        if (!token || remainingOf(token) < leastRemainingMs) throw error;
        observe({ kind: 'staleServed', subject, remainingMs: remainingOf(token) });
        return token;
      }
    },
    async renew(subject, rejected, options = {}) {
      const key = subjectKey(subject);
      memory.forget(key, rejected);
      const newer = memory.get(key);
      if (newer) return newer;
      if (!flights.has(key)) {
        observe({ kind: 'renewalForced', subject, fingerprint: rejected.fingerprint });
        return fly(subject, key, options, { rejected });
      }
      return join(subject, key, options);
    },
    mint: (subject, signal) => mint({ subject, signal, patienceMs: 0 }),
    async settle(withinMs) {
      const asides = [...flights.values()].filter(({ inBackground }) => inBackground).map(({ token }) => token);
      if (asides.length === 0) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, Math.max(0, withinMs));
      await Promise.race([Promise.allSettled(asides), promise]);
      clearTimeout(timer);
    },
  };
}
