import type { PipelineLog } from '../observe/log.ts';
import { subjectKey } from '../token/subject.ts';
import type { TokenEvent, TokenObserver } from '../token/token-event.ts';

/** What happens to tokens as log lines and metrics: ids, codes and fingerprints. */
export function tokenLog(log: PipelineLog): TokenObserver {
  return (event) => {
    const metric = metrics[event.kind];
    log.metric(metric, 'waitedMs' in event ? event.waitedMs : 1, 'waitedMs' in event ? { unit: 'Milliseconds' } : {});
    write(log, event);
  };
}

const metrics: Readonly<Record<TokenEvent['kind'], string>> = {
  minted: 'TokenMinted',
  sharedHit: 'TokenShared',
  mintFailed: 'TokenMintFailed',
  staleServed: 'TokenStaleServed',
  renewalForced: 'TokenRenewalForced',
  leaseWait: 'TokenLeaseWait',
  sharedTierFailed: 'SharedTierFailed',
  secretVersionChanged: 'SecretVersionChanged',
  credentialsSuspected: 'CredentialsSuspected',
};

function write(log: PipelineLog, event: TokenEvent): void {
  const subject = 'subject' in event ? subjectKey(event.subject) : undefined;
  switch (event.kind) {
    case 'minted':
    case 'sharedHit': {
      const tier = event.kind === 'minted' ? 'grant' : 'shared';
      const expiresAt = new Date(event.expiresAt).toISOString();
      log.info('Token obtained.', { subject, tier, fingerprint: event.fingerprint, expiresAt });
      break;
    }
    case 'mintFailed':
      log.warn('Box gave no token.', { subject, code: event.code });
      break;
    case 'staleServed':
      log.warn('An old token serves a little longer: it could not be replaced.', { subject, remainingMs: event.remainingMs });
      break;
    case 'renewalForced':
      log.warn('Box refused a token before its time; a new one is asked for.', { subject, fingerprint: event.fingerprint });
      break;
    case 'sharedTierFailed':
      log.warn('The shared token could not be used; this container goes on by itself.', { step: event.step, cause: event.cause });
      break;
    case 'secretVersionChanged':
      log.info("The Box app's secret has a new version.");
      break;
    case 'credentialsSuspected':
      log.error(
        "Box refuses the app's credentials: if the client secret was reset, put the new one into the secret; this run waits for it.",
        {
          subject,
          error: event.error,
          waitMs: event.waitMs,
        },
      );
      break;
    case 'leaseWait':
      log.info('Another container was getting the token.', { outcome: event.outcome, waitedMs: event.waitedMs });
  }
}
