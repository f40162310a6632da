import { randomBytes } from 'node:crypto';
import type { UserRecord } from '../enterprise/user-record.ts';

export interface UploadedPart {
  /** 8 hex digits, as Box gives them. */
  readonly id: string;
  readonly offset: number;
  readonly bytes: Buffer;
  /** 40 hex digits. */
  readonly sha1: string;
}

/** A file that arrives in parts. Dates in milliseconds. */
export interface UploadSession {
  readonly id: string;
  readonly user: UserRecord;
  /** Where the new file goes, or which file gets a new version. */
  readonly target: { readonly type: 'folder' | 'file'; readonly id: string };
  readonly name: string;
  readonly size: number;
  readonly partSize: number;
  readonly expiresAt: number;
  readonly parts: Map<number, UploadedPart>;
  /** Asked for once before Box had put the parts together. */
  askedAt: number | undefined;
}

const lifetime = 7 * 86_400_000;
export const smallestSession = 20_000_000;
const partSize = 8 * 1024 * 1024;

/** Every session that is open. */
export class UploadSessions {
  readonly #now: () => number;
  readonly #smallest: number;
  readonly #open = new Map<string, UploadSession>();

  /** @param smallest least size of a file, in bytes. */
  constructor(now: () => number, smallest: number) {
    this.#now = now;
    this.#smallest = smallest;
  }

  get count(): number {
    return this.#open.size;
  }

  takes(size: number): boolean {
    return size >= this.#smallest;
  }

  add(given: Pick<UploadSession, 'user' | 'target' | 'name' | 'size'>): UploadSession {
    const session: UploadSession = {
      ...given,
      id: randomBytes(16).toString('hex').toUpperCase(),
      // Box cuts files of more than 80 GB larger; small test files get parts that fit them.
      partSize: given.size < smallestSession ? Math.max(1, Math.ceil(given.size / 4)) : partSize,
      expiresAt: this.#now() + lifetime,
      parts: new Map(),
      askedAt: undefined,
    };
    this.#open.set(session.id, session);
    return session;
  }

  /** @returns undefined for one that is unknown, over, or somebody else's. */
  find(id: string, user: UserRecord): UploadSession | undefined {
    const session = this.#open.get(id);
    return session !== undefined && session.user.id === user.id && this.#now() < session.expiresAt ? session : undefined;
  }

  remove({ id }: UploadSession): void {
    this.#open.delete(id);
  }
}
