import pLimit from 'p-limit';
import { NightporterError } from '../errors.ts';
import { untilAborted, within } from '../http/wait.ts';
import { AccessToken } from './access-token.ts';
import type { BoxClock } from './box-clock.ts';
import type { Credentials, CredentialsSource } from './credentials.ts';
import { CredentialsSuspected } from './credentials-suspected.ts';
import { deadPairCheck } from './dead-pair.ts';
import { GrantRefused } from './diagnosis.ts';
import { requestGrant } from './grant.ts';
import { refreshLeadMs } from './refresh-lead.ts';
import { type Subject, subjectKey } from './subject.ts';
import type { TokenObserver } from './token-event.ts';
import { originOf } from './token-origin.ts';

export interface MinterOptions {
  readonly apiUrl: string;
  readonly credentials: CredentialsSource;
  readonly clock: BoxClock;
  readonly observe: TokenObserver;
}

export interface MintRequest {
  readonly subject: Subject;
  readonly signal?: AbortSignal | undefined;
  /** How long the caller would wait for a new version of the secret when it looks as if the old one was reset, in ms; 0: not at all. */
  readonly patienceMs: number;
  /** Time left in the invocation, in ms: what Box asks to wait must fit. Unbounded if left out. */
  readonly remainingMs?: (() => number) | undefined;
}

export type Mint = (request: MintRequest) => Promise<AccessToken>;

/** At a time; who waits for anything else does not count. */
const concurrentTokenRequests = 10;

/** How long Box may take to say whether it still grants anything to a pair. */
const questionMs = 20_000;

/** Box says "wrong secret" with these, all of which also mean other things. */
const rotationCodes = new Set(['invalid_client', 'invalid_grant', 'unauthorized_client']);

/**
 * Grants that survive a rotation: a refusal makes the secret be read again, and a new version of it be tried; whether the old one may have been
 * reset in Box's console is told.
 * @throws CredentialsSuspected, GrantRefused, or what kept the grant from being answered
 */
export function createMinter({ apiUrl, credentials, clock, observe }: MinterOptions): Mint {
  const limit = pLimit(concurrentTokenRequests);
  const grant = async (used: Credentials, { subject, signal, remainingMs }: Omit<MintRequest, 'patienceMs'>): Promise<AccessToken> => {
    const inTurn = <T>(post: () => Promise<T>): Promise<T> =>
      untilAborted(
        limit(() => {
          signal?.throwIfAborted();
          return post();
        }),
        signal,
      );
    const request = { apiUrl, credentials: used, subject, signal, remainingMs, clock, inTurn };
    const { accessToken, lifeMs, startedAt } = await requestGrant(request);
    const expiresAt = startedAt + lifeMs;
    const refreshAt = expiresAt - refreshLeadMs(lifeMs, subjectKey(subject));
    const token = new AccessToken(accessToken, { expiresAt, refreshAt, lifeMs, origin: originOf(used) });
    observe({ kind: 'minted', subject, fingerprint: token.fingerprint, expiresAt, tookMs: clock.now() - startedAt });
    return token;
  };

  const isPairDead = deadPairCheck({
    clock,
    isRefused: (used) =>
      within(questionMs, undefined, (signal) =>
        grant(used, { subject: { type: 'enterprise' }, signal, remainingMs: () => questionMs }).then(
          () => false,
          (error) => Boolean(refusalOrThrow(error)),
        ),
      ),
  });

  /** Whether the pair itself may be dead: not if Box still grants anything to it. Who has no time to wait is not worth a question to Box. */
  const isSuspect = async ({ subject, signal, patienceMs }: MintRequest, refusal: GrantRefused, used: Credentials): Promise<boolean> => {
    if (refusal.diagnosis.error === 'unauthorized_client') return false;
    if (subject.type === 'enterprise' || refusal.diagnosis.error === 'invalid_client') return true;
    return patienceMs > 0 && isPairDead(used, signal);
  };

  return async (request) => {
    const { subject, signal } = request;
    const used = await credentials.get(signal);
    try {
      return await grant(used, request);
    } catch (error) {
      observe({ kind: 'mintFailed', subject, code: codeOf(error) });
      if (!(error instanceof GrantRefused) || !rotationCodes.has(error.diagnosis.error)) throw error;
      const current = await credentials.reread(used.versionId, signal);
      let refusal = error;
      if (current.versionId !== used.versionId) {
        const token = await grant(current, request).catch((second) => {
          refusal = refusalOrThrow(second);
        });
        if (token) return token;
      }
      if (!(await isSuspect(request, refusal, current))) throw refusal;
      throw new CredentialsSuspected(refusal, current.versionId);
    }
  };
}

/** Box's own word where it refused. */
function codeOf(error: unknown): string {
  if (error instanceof GrantRefused) return error.diagnosis.error;
  return error instanceof NightporterError ? error.code : 'aborted';
}

function refusalOrThrow(error: unknown): GrantRefused {
  if (!(error instanceof GrantRefused)) throw error;
  return error;
}
