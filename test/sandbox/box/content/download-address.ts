import { createHmac, randomBytes } from 'node:crypto';

/** What the address of a download stands for. `expiresAt` in milliseconds. */
export interface DownloadGrant {
  readonly fileId: string;
  readonly versionId: string;
  readonly userId: string;
  readonly expiresAt: number;
}

const lifetime = 15 * 60_000;

/** Addresses of downloads: on another origin, without a token, for 15 minutes. What they say is signed, so that none has to be kept. */
export class Downloads {
  readonly #now: () => number;
  readonly #origin: () => string;
  readonly #key = randomBytes(32);

  constructor(now: () => number, origin: () => string) {
    this.#now = now;
    this.#origin = origin;
  }

  address(fileId: string, versionId: string, userId: string): string {
    const claim = Buffer.from([fileId, versionId, userId, this.#now() + lifetime].join('|')).toString('base64url');
    return `${this.#origin()}/d/1/${claim}.${this.#sign(claim)}/download`;
  }

  /** @returns undefined for what was never given out, or is too old. */
  read(text: string): DownloadGrant | undefined {
    const [claim = '', mac] = text.split('.');
    if (mac !== this.#sign(claim)) return undefined;
    const [fileId = '', versionId = '', userId = '', until] = Buffer.from(claim, 'base64url').toString().split('|');
    const expiresAt = Number(until);
    return this.#now() < expiresAt ? { fileId, versionId, userId, expiresAt } : undefined;
  }

  #sign(claim: string): string {
    return createHmac('sha256', this.#key).update(claim).digest('base64url');
  }
}
