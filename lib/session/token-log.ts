import type { PipelineLog } from '../observe/log.ts';
import { refusals } from '../token/diagnosis.ts';
import { subjectKey } from '../token/subject.ts';
import type { TokenEvent, TokenObserver } from '../token/token-event.ts';

/** What happens to tokens as log lines, and as metrics that the run's last line tells: ids, codes and fingerprints. */
export function tokenLog(log: PipelineLog): TokenObserver {
  return (event) => {
    count(log, event);
    write(log, event);
    // The run is about to wait for a person, who is to hear of it now.
    if (event.kind === 'credentialsSuspected') log.tell();
  };
}

const counters = {
  minted: 'TokenMinted',
  sharedHit: 'TokenSharedHit',
  mintFailed: 'TokenMintFailed',
  staleServed: 'TokenStaleServed',
  renewalForced: 'TokenRenewalForced',
  leaseLost: 'TokenLeaseLost',
  sharedTierFailed: 'SharedTierFailed',
  secretVersionChanged: 'SecretVersionChanged',
  secretUnreadable: 'SecretUnreadable',
  credentialsSuspected: 'CredentialsSuspected',
} as const satisfies Partial<Record<TokenEvent['kind'], string>>;

/** Codes are words of others: only those that are known become names of metrics. */
const codes = new Set<string>([...refusals.flatMap(({ errors }) => errors), 'BOX_UNREACHABLE', 'BOX_RESPONSE_INVALID']);

function count(log: PipelineLog, event: TokenEvent): void {
  if (event.kind === 'leaseWait') log.measure('TokenLeaseWait', event.waitedMs);
  else log.count(counters[event.kind]);
  if (event.kind === 'mintFailed') log.count(`TokenMintFailed.${codes.has(event.code) ? event.code : 'other'}`);
  // One subject for the whole fleet: many grants for it in a short time are a stampede.
  if (event.kind === 'minted' && event.subject.type === 'enterprise') log.count('ServiceAccountMinted');
}

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
    case 'leaseLost':
      log.info('Another container was faster: the token that was obtained meanwhile is not shared.');
      break;
    case 'secretVersionChanged':
      log.info("The Box app's secret has a new version.");
      break;
    case 'secretUnreadable':
      log.warn("The Box app's secret can't be read, or holds what can't be used.", { code: event.code });
      break;
    case 'credentialsSuspected':
      log.error(
        "Box refuses the app's credentials: if the client secret was reset, put the new one into the secret; runs wait for it, no deploy is needed.",
        { subject, error: event.error, waitMs: event.waitMs },
      );
      break;
    case 'leaseWait':
      log.info('Another container was getting the token.', { outcome: event.outcome, waitedMs: event.waitedMs });
  }
}
