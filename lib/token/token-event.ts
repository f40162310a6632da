import type { Subject } from './subject.ts';

/** What happens to tokens, for logs and metrics: ids, codes and fingerprints, never a token. */
export type TokenEvent =
  | {
      readonly kind: 'minted';
      readonly subject: Subject;
      readonly fingerprint: string;
      readonly expiresAt: number;
      readonly tookMs: number;
    }
  | { readonly kind: 'sharedHit'; readonly subject: Subject; readonly fingerprint: string; readonly expiresAt: number }
  | { readonly kind: 'mintFailed'; readonly subject: Subject; readonly code: string }
  /** A valid token was handed out although it could not be replaced in time. */
  | { readonly kind: 'staleServed'; readonly subject: Subject; readonly remainingMs: number }
  | { readonly kind: 'renewalForced'; readonly subject: Subject; readonly fingerprint: string }
  /** Another container holds the lease on the shared token. */
  | {
      readonly kind: 'leaseWait';
      readonly subject: Subject;
      readonly waitedMs: number;
      readonly outcome: 'shared' | 'takenOver' | 'direct';
    }
  /** Another took its lease over, or wrote a token that lasts longer: this one is not shared. */
  | { readonly kind: 'leaseLost'; readonly subject: Subject }
  /** The shared tier could not be used; the container went on by itself. */
  | { readonly kind: 'sharedTierFailed'; readonly step: string; readonly cause: string }
  | { readonly kind: 'secretVersionChanged' }
  /** The secret could not be read, or holds what can't be used: the value read before serves on, for a day at most. */
  | { readonly kind: 'secretUnreadable'; readonly code: string }
  /** Box refuses the credentials in a way that a reset secret would explain; `waitMs` is how long a new version is waited for. */
  | { readonly kind: 'credentialsSuspected'; readonly subject: Subject; readonly error: string; readonly waitMs: number };

export type TokenObserver = (event: TokenEvent) => void;
