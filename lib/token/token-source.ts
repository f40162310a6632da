import type { AccessToken } from './access-token.ts';
import { boxClock } from './box-clock.ts';
import type { CredentialsSource } from './credentials.ts';
import { createFlights, type Wanted } from './flights.ts';
import { MemoryTier, type MemoryTierLimits } from './memory-tier.ts';
import { createMinter } from './mint.ts';
import { KeptRefusals } from './refusals-kept.ts';
import { throughRotation } from './rotation.ts';
import type { SharedTier } from './shared-tier.ts';
import { type Subject, subjectKey } from './subject.ts';
import type { TokenObserver } from './token-event.ts';
import { originOf } from './token-origin.ts';
import { toldVersions } from './told-versions.ts';

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
  mint(subject: Subject, options?: GrantTime): Promise<AccessToken>;
  /** Awaits refreshes that were started on the side, for at most that long: after the invocation the container may be frozen. */
  settle(withinMs: number): Promise<void>;
  /** What the memory tier has answered since this was last asked. */
  takeUsage(): TokenUsage;
}

export interface TokenUsage {
  readonly hits: number;
  /** How old the oldest token was when it was handed out. */
  readonly oldestMs: number;
}

/** How long a caller can wait for Box. */
export interface GrantTime {
  readonly signal?: AbortSignal | undefined;
  /** Time left in the invocation, in ms: a wait that Box asks for and that does not fit is not begun. Left out: only the signal ends it. */
  readonly remainingMs?: () => number;
}

export interface TokenOptions extends GrantTime {
  /** A minute if left out; at most half of a token's life. */
  readonly minRemainingMs?: number;
  /** Bounds the wait for a new secret as well. Left out: none is waited for. */
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

/** One per Box app and container: fresh tokens from memory, stale ones while they are replaced, expired ones never. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { now = Date.now, rotationGraceMs = 12 * minute, sharedTier } = options;
  const clock = boxClock(now);
  const memory = new MemoryTier(options.memory);
  const refusals = new KeptRefusals(clock.now);
  const observe: TokenObserver = (event) => options.observe?.(event);
  /** Of the credentials that were used last; undefined until the secret is needed. */
  let app: string | undefined;
  const isOurs = ({ origin }: Pick<AccessToken, 'origin'>): boolean => app === undefined || origin === undefined || origin.app === app;
  const credentials = toldVersions(options.credentials, (now, before) => {
    app = originOf(now).app;
    if (before === undefined) return;
    refusals.clear();
    if (originOf(before).app !== app) memory.clear();
    observe({ kind: 'secretVersionChanged' });
  });
  const mint = createMinter({ ...options, credentials, clock, observe });
  const outlastRotation = throughRotation({ ...options, credentials, clock, observe });

  let usage = { hits: 0, oldestMs: 0 };
  const used = (token: AccessToken, now: number): AccessToken => {
    usage.hits++;
    const ageMs = now - token.expiresAt + token.lifeMs;
    if (ageMs > usage.oldestMs) usage.oldestMs = ageMs;
    return token;
  };
  const remainingOf = (token: AccessToken): number => token.expiresAt - clock.now();
  const isEnough = (token: AccessToken, { minRemainingMs = minute }: TokenOptions): boolean =>
    remainingOf(token) > Math.min(minRemainingMs, token.lifeMs / 2) && isOurs(token);
  const patienceOf = ({ remainingMs }: TokenOptions): number =>
    remainingMs ? Math.min(rotationGraceMs, remainingMs() - leastRemainingMs) : 0;

  const obtain = async ({ subject, options, replacing }: Wanted): Promise<AccessToken> => {
    const { signal, remainingMs, minRemainingMs = minute } = options;
    const key = subjectKey(subject);
    const request = { subject, signal, remainingMs, patienceMs: patienceOf(options) };
    const granted = () => mint(request);
    const shared = { key, clock, replacing, minRemainingMs, signal, isOurs, mint: granted };
    // The wait for a new secret is around the shared tier: inside, its lease would lapse meanwhile.
    const token = await outlastRotation(request, () => (sharedTier && subject.type === 'enterprise' ? sharedTier.get(shared) : granted()));
    return isOurs(token) ? memory.put(key, token) : token;
  };
  const serveStale = (subject: Subject, token: AccessToken): AccessToken => {
    observe({ kind: 'staleServed', subject, remainingMs: remainingOf(token) });
    return token;
  };
  const flights = createFlights({ clock, refusals, obtain, patienceOf, isEnough });

  return {
    held(subject) {
      const token = memory.get(subjectKey(subject));
      if (token === undefined) return undefined;
      const now = clock.now();
      return token.refreshAt > now ? used(token, now) : undefined;
    },
    async get(subject, options = {}) {
      const key = subjectKey(subject);
      const token = memory.get(key);
      if (token && isEnough(token, options)) {
        const now = clock.now();
        if (token.refreshAt <= now) flights.refreshAside(subject, token);
        return used(token, now);
      }
      // In its last minute, while Box is down: not four attempts for each call.
      const isLastResort = token !== undefined && isOurs(token) && remainingOf(token) >= leastRemainingMs;
      if (isLastResort && (options.minRemainingMs ?? minute) <= minute && flights.hasJustFailed(subject)) return serveStale(subject, token);
      try {
        const refusal = refusals.get(key, patienceOf(options) > 0);
        if (refusal) throw refusal;
        return await flights.join({ subject, options, replacing: token });
      } catch (error) {
        if (!isLastResort || remainingOf(token) < leastRemainingMs) throw error;
        return serveStale(subject, token);
      }
    },
    async renew(subject, rejected, options = {}) {
      const key = subjectKey(subject);
      memory.forget(key, rejected);
      const newer = memory.get(key);
      // That one may be from before a freeze as well.
      if (newer && remainingOf(newer) > leastRemainingMs) return newer;
      if (!flights.has(subject)) observe({ kind: 'renewalForced', subject, fingerprint: rejected.fingerprint });
      return flights.join({ subject, options, replacing: rejected });
    },
    mint(subject, time) {
      const request = { ...time, subject, patienceMs: 0 };
      return outlastRotation(request, () => mint(request));
    },
    settle: flights.settle,
    takeUsage() {
      const taken = usage;
      usage = { hits: 0, oldestMs: 0 };
      return taken;
    },
  };
}
