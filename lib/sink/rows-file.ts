import { createHash } from 'node:crypto';
import type { MultipartUpload, NewObject, ObjectStore } from './object-store.ts';

/** S3's smallest part. */
const partBytes = 5 * 1024 * 1024;

/** Room for the line that fills a part, so that no line is ever cut. */
const slackBytes = 64 * 1024;

/** A UTF-16 code unit becomes at most three bytes of UTF-8. */
const bytesPerUnit = 3;

/** What the manifest says of a file. */
export interface WrittenFile {
  readonly key: string;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * A file of any length through one buffer of a part's size: lines are encoded in place, a full buffer goes out as a part of a multipart upload.
 * A file that fits into one part is written whole by `reveal`. Until then nothing of it can be seen.
 */
export class RowsFile {
  readonly #objects: ObjectStore;
  readonly #object: NewObject;
  readonly #hash = createHash('sha256');
  #buffer = Buffer.allocUnsafeSlow(partBytes + slackBytes);
  #used = 0;
  #sent = 0;
  #upload: MultipartUpload | undefined;

  constructor(objects: ObjectStore, object: NewObject) {
    this.#objects = objects;
    this.#object = object;
  }

  get isFull(): boolean {
    return this.#used >= partBytes;
  }

  /**
   * Encodes text at the buffer's end; a property, so that it can be handed on. Lines come in pieces, as strings that are joined only to be
   * encoded would be the greater part of a run's garbage. No part may be on its way.
   */
  readonly write = (text: string): void => {
    if (this.#buffer.length - this.#used < text.length * bytesPerUnit) this.#makeRoom(text);
    this.#used += this.#buffer.write(text, this.#used);
  };

  /** Sends the buffer as a part; it may be written to again when this is done. */
  async sendPart(signal: AbortSignal): Promise<void> {
    this.#upload ??= await this.#objects.begin(this.#object, signal);
    const body = this.#buffer.subarray(0, this.#used);
    await this.#upload.part(body, signal);
    this.#hash.update(body);
    this.#sent += this.#used;
    this.#used = 0;
  }

  /** Sends what is left of a file in parts, so that only its completion remains. */
  async finish(signal: AbortSignal): Promise<void> {
    if (this.#upload && this.#used > 0) await this.sendPart(signal);
  }

  async reveal(signal: AbortSignal): Promise<WrittenFile> {
    const rest = this.#buffer.subarray(0, this.#used);
    if (this.#upload) await this.#upload.complete(signal);
    else await this.#objects.put(this.#object, rest, signal);
    this.#upload = undefined;
    return { key: this.#object.key, bytes: this.#sent + rest.length, sha256: this.#hash.update(rest).digest('hex') };
  }

  /** Takes back what was sent; a file that has been revealed stays. */
  async abandon(): Promise<void> {
    const upload = this.#upload;
    this.#upload = undefined;
    await upload?.abort();
  }

  /** Only a line of tens of thousands of characters gets here. */
  #makeRoom(text: string): void {
    const larger = Buffer.allocUnsafeSlow(this.#used + text.length * bytesPerUnit + slackBytes);
    this.#buffer.copy(larger, 0, 0, this.#used);
    this.#buffer = larger;
  }
}
