import { wait } from '../http/wait.ts';
import type { AccessToken } from './access-token.ts';
import type { BoxClock } from './box-clock.ts';
import type { CredentialsSource } from './credentials.ts';
import { CredentialsSuspected } from './credentials-suspected.ts';
import { GrantRefused } from './diagnosis.ts';
import type { MintRequest } from './mint.ts';
import type { TokenObserver } from './token-event.ts';

export interface RotationOptions {
  readonly credentials: CredentialsSource;
  readonly clock: BoxClock;
  readonly observe: TokenObserver;
  /** How often the secret is looked at while a new version is waited for; 15 s if left out. */
  readonly rotationPollMs?: number | undefined;
}

/** @throws GrantRefused, or what else the attempt throws */
export type ThroughRotation = (request: MintRequest, attempt: () => Promise<AccessToken>) => Promise<AccessToken>;

/** Polls of the secret after which the one there is gets another try: it may have been right all along, and the app be authorized again. */
const pollsPerRetry = 4;

/**
 * An attempt that is refused as if the secret had been reset in Box's console waits for the new version and is then made again, whole: of a
 * fleet that shares its token one container mints, and nobody holds a lease while it waits for a person.
 */
export function throughRotation({ credentials, clock, observe, rotationPollMs = 15_000 }: RotationOptions): ThroughRotation {
  const waitForNewVersion = async (request: MintRequest, attempt: () => Promise<AccessToken>, suspected: CredentialsSuspected) => {
    const { subject, signal, patienceMs } = request;
    const { refusal } = suspected;
    observe({ kind: 'credentialsSuspected', subject, error: refusal.diagnosis.error, waitMs: patienceMs });
    const until = clock.now() + patienceMs;
    let { versionId } = suspected;
    for (let poll = 1; ; poll++) {
      if (clock.now() + rotationPollMs > until) throw refusal;
      await wait(rotationPollMs * (0.5 + Math.random() * 0.5), signal);
      const current = await credentials.reread(versionId, signal);
      if (current.versionId === versionId && poll % pollsPerRetry !== 0) continue;
      versionId = current.versionId;
      const token = await attempt().catch((error) => {
        if (!(error instanceof CredentialsSuspected || error instanceof GrantRefused)) throw error;
      });
      if (token) return token;
    }
  };

  return (request, attempt) =>
    attempt().catch((error) => {
      if (!(error instanceof CredentialsSuspected)) throw error;
      return waitForNewVersion(request, attempt, error);
    });
}
