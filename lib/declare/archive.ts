import { NightporterError } from '../errors.ts';

/** One version of a file in Box, by what Box says of it. */
export interface ArchivedFile {
  readonly fileId: string;
  readonly versionId: string;
  /** Bytes. */
  readonly size: number;
  /** 40 hex digits. */
  readonly sha1: string;
  /** Goes into `metadata.json` beside the bytes. */
  readonly metadata: Readonly<Record<string, unknown>>;
}

/** What `uses: ['archive:write']` hands to a handler. */
export interface Archive {
  /**
   * Copies the bytes that `open` gives from an offset on, in flat memory, and compares their digest with Box's. What takes longer than the
   * invocation ends it with `ToBeContinued`; the same call goes on from there next time.
   * @returns `present` when this version was archived before
   * @throws NightporterError `ARCHIVE_DIFFERS`, `ARCHIVE_NOT_WRITTEN`, `TO_BE_CONTINUED`
   */
  store(file: ArchivedFile, open: (from: number) => Promise<AsyncIterable<Uint8Array>>): Promise<'archived' | 'present'>;
}

/** Not a failure: the work is put aside and goes on at once in a new invocation. */
export class ToBeContinued extends NightporterError {
  readonly retryAfterMs = 0;

  constructor() {
    super('TO_BE_CONTINUED', 'Nothing to do: this takes longer than one invocation, and goes on in the next.');
  }
}
