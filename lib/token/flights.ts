import { NightporterError } from '../errors.ts';
import { untilAborted } from '../http/wait.ts';
import type { AccessToken } from './access-token.ts';
import type { BoxClock } from './box-clock.ts';
import { GrantRefused } from './diagnosis.ts';
import type { KeptRefusals } from './refusals-kept.ts';
import { type Subject, subjectKey } from './subject.ts';
import type { TokenOptions } from './token-source.ts';

export interface Wanted {
  readonly subject: Subject;
  readonly options: TokenOptions;
  /** The token at hand, which will not do. */
  readonly replacing?: AccessToken | undefined;
}

export interface FlightsOptions {
  readonly clock: BoxClock;
  readonly refusals: KeptRefusals;
  readonly obtain: (wanted: Wanted) => Promise<AccessToken>;
  /** How long such a caller would wait for a new secret, in ms. */
  readonly patienceOf: (options: TokenOptions) => number;
  /** Whether the token is good for what this caller does with it. */
  readonly isEnough: (token: AccessToken, options: TokenOptions) => boolean;
}

interface Flight {
  readonly token: Promise<AccessToken>;
  readonly inBackground: boolean;
  /** Its failure says nothing to this one: it was begun on the side, would not wait for a new secret, or its invocation is over. */
  readonly isWeakFor: (joining: TokenOptions) => boolean;
}

export interface Flights {
  has(subject: Subject): boolean;
  /** Whether the last attempt has failed so lately that another is not worth the wait for those who have a token. */
  hasJustFailed(subject: Subject): boolean;
  /** Joins what is under way, or starts it; once more if what came of it will not do. */
  join(wanted: Wanted): Promise<AccessToken>;
  /** Starts a refresh unless one is under way or has just failed. Never throws and makes nobody wait. */
  refreshAside(subject: Subject, replacing: AccessToken): void;
  /** Awaits what was started on the side, for at most that long. */
  settle(withinMs: number): Promise<void>;
}

const backgroundTimeoutMs = 10_000;
const longestBackOffMs = 300_000;
const mostBackOffs = 10_000;
/** A token comes too late if the container is frozen while Box answers; one that never lasts is none of our doing. */
const ownAttempts = 3;

const sentence = `Check what stands between this function and Box (a proxy?): ${ownAttempts} tokens in a row had expired when they came.`;

/** What is being obtained, at most once at a time for a subject. */
export function createFlights({ clock, refusals, obtain, patienceOf, isEnough }: FlightsOptions): Flights {
  const flights = new Map<string, Flight>();
  const backOff = new Map<string, { readonly failures: number; readonly until: number }>();
  const hasJustFailed = (subject: Subject): boolean => (backOff.get(subjectKey(subject))?.until ?? 0) > clock.now();
  const noteFailure = (key: string): void => {
    const failures = (backOff.get(key)?.failures ?? 0) + 1;
    const waitMs = Math.min(longestBackOffMs, 2 ** failures * 10_000) * (0.5 + Math.random() * 0.5);
    if (backOff.size >= mostBackOffs) backOff.clear();
    backOff.set(key, { failures, until: clock.now() + waitMs });
  };

  const fly = (wanted: Wanted, inBackground = false): Promise<AccessToken> => {
    const { subject, options } = wanted;
    const key = subjectKey(subject);
    const isPatient = patienceOf(options) > 0;
    const token = obtain(wanted)
      .then(
        (obtained) => {
          backOff.delete(key);
          return obtained;
        },
        (error) => {
          if (error instanceof GrantRefused) refusals.put(key, error, isPatient);
          // Whose invocation is over has learned nothing of Box.
          if (inBackground || !options.signal?.aborted) noteFailure(key);
          throw error;
        },
      )
      .finally(() => flights.delete(key));
    const isWeakFor = (joining: TokenOptions) =>
      inBackground || Boolean(options.signal?.aborted) || (!isPatient && patienceOf(joining) > 0);
    flights.set(key, { token, inBackground, isWeakFor });
    return token;
  };

  return {
    has: (subject) => flights.has(subjectKey(subject)),
    hasJustFailed,
    async join(wanted) {
      const { subject, options, replacing } = wanted;
      for (let own = 0; ; ) {
        const flight = flights.get(subjectKey(subject));
        if (!flight) own++;
        const pending = flight ? untilAborted(flight.token, options.signal) : fly(wanted);
        const token = await pending.catch((error) => {
          options.signal?.throwIfAborted();
          if (!flight?.isWeakFor(options)) throw error;
        });
        if (!token) continue;
        // What another asked for may be too short for this one, or the very token that this one has found dead.
        if (token.fingerprint !== replacing?.fingerprint && isEnough(token, options)) return token;
        if (own < ownAttempts) continue;
        if (token.expiresAt > clock.now()) return token;
        throw new NightporterError('BOX_RESPONSE_INVALID', sentence);
      }
    },
    refreshAside(subject, replacing) {
      if (flights.has(subjectKey(subject)) || hasJustFailed(subject)) return;
      const options = { signal: AbortSignal.timeout(backgroundTimeoutMs) };
      fly({ subject, options, replacing }, true).catch(() => undefined);
    },
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
