import type { GrantRefused } from './diagnosis.ts';

/** Box refuses in a way that a client secret which was reset would explain. Never leaves the token source: callers get the refusal. */
export class CredentialsSuspected extends Error {
  readonly refusal: GrantRefused;
  /** Of the secret that was tried last. */
  readonly versionId: string;

  constructor(refusal: GrantRefused, versionId: string) {
    super(refusal.message);
    this.refusal = refusal;
    this.versionId = versionId;
  }
}
