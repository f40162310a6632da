import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { AwsError } from '../http/aws-error.ts';
import type { Checksum } from './checksum.ts';
import type { Content } from './receive.ts';

export interface BucketConfiguration {
  readonly name: string;
  readonly isVersioned: boolean;
  /** ARN, id or alias of the key that encrypts by default. */
  readonly kmsKey: string | undefined;
  /** Whether KMS sees the bucket rather than each object. */
  readonly usesBucketKey: boolean;
  /** Recorded and shown; nothing expires by them here. */
  readonly lifecycle: readonly LifecycleRule[];
}

export interface LifecycleRule {
  readonly isEnabled: boolean;
  readonly prefix: string;
  readonly expirationDays: number | undefined;
  readonly noncurrentDays: number | undefined;
  readonly abortUploadDays: number | undefined;
}

export interface StoredObject {
  readonly key: string;
  /** `null` in a bucket without versions. */
  readonly versionId: string;
  readonly modifiedAt: number;
  /** Quoted. */
  readonly etag: string;
  readonly bytes: number;
  readonly contents: readonly Content[];
  readonly checksum: Checksum | undefined;
  /** Content type, cache control, user metadata and the like, as headers. */
  readonly headers: Readonly<Record<string, string>>;
  readonly kmsKey: string | undefined;
  readonly isDeleteMarker: boolean;
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly kmsKey: string | undefined;
  readonly algorithm: string | undefined;
  readonly parts: Map<number, Content>;
}

/** What a write demands of the present object (`If-None-Match`, `If-Match`). */
export interface Precondition {
  readonly absent: boolean;
  readonly etag: string | undefined;
}

/** The objects of one bucket with their versions, newest last. */
export class Bucket {
  configuration: BucketConfiguration;
  readonly uploads = new Map<string, Upload>();
  readonly #versions = new Map<string, readonly StoredObject[]>();
  readonly #now: () => number;

  constructor(configuration: BucketConfiguration, now: () => number) {
    this.configuration = configuration;
    this.#now = now;
  }

  /** @param versionId the newest if left out; `undefined` is the answer too when the newest is a delete marker */
  find(key: string, versionId?: string): StoredObject | undefined {
    const versions = this.#versions.get(key) ?? [];
    if (versionId !== undefined) return versions.find((version) => version.versionId === versionId);
    const newest = versions.at(-1);
    return newest?.isDeleteMarker ? undefined : newest;
  }

  /**
   * Checks and stores in one go, so that of two writers with the same condition one wins.
   * @throws AwsError `PreconditionFailed`, or `NoSuchKey` for an `If-Match` on nothing
   */
  put(object: Omit<StoredObject, 'versionId' | 'modifiedAt' | 'isDeleteMarker'>, { absent, etag }: Precondition): StoredObject {
    const present = this.find(object.key);
    if (etag !== undefined && present === undefined) throw noSuchKey();
    if ((absent && present !== undefined) || (etag !== undefined && etag !== present?.etag)) throw preconditionFailed();
    return this.#add({ ...object, ...this.#stamp(), isDeleteMarker: false });
  }

  /** Deletes one version for good, or the key: in a bucket with versions that puts a delete marker. Returns what was added or removed. */
  delete(key: string, versionId: string | undefined): StoredObject | undefined {
    if (versionId === undefined && this.configuration.isVersioned) {
      const nothing = { etag: '', bytes: 0, contents: [], checksum: undefined, headers: {}, kmsKey: undefined };
      return this.#add({ key, ...nothing, ...this.#stamp(), isDeleteMarker: true });
    }
    const versions = this.#versions.get(key) ?? [];
    const removed = versions.find((version) => version.versionId === (versionId ?? 'null'));
    this.#versions.set(
      key,
      versions.filter((version) => version !== removed),
    );
    for (const { path } of removed?.contents ?? []) void rm(path, { force: true });
    return removed;
  }

  /** In S3's order: by the bytes of the key. */
  keys(): readonly string[] {
    const present = [...this.#versions].filter(([, versions]) => versions.length > 0).map(([key]) => key);
    return present.sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  }

  /** Newest first. */
  versions(key: string): readonly StoredObject[] {
    return (this.#versions.get(key) ?? []).toReversed();
  }

  #add(object: StoredObject): StoredObject {
    if (this.configuration.isVersioned) this.#versions.set(object.key, [...(this.#versions.get(object.key) ?? []), object]);
    else {
      this.delete(object.key, undefined);
      this.#versions.set(object.key, [object]);
    }
    return object;
  }

  #stamp(): { versionId: string; modifiedAt: number } {
    return { versionId: this.configuration.isVersioned ? randomUUID().replaceAll('-', '') : 'null', modifiedAt: this.#now() };
  }
}

export function noSuchKey(): AwsError {
  return new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
}

export function noSuchVersion(): AwsError {
  return new AwsError('NoSuchVersion', 'The specified version does not exist.', 404);
}

export function preconditionFailed(): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
}
