import { NightporterError } from '../../errors.ts';
import { partBytesFor, partsOf, type Source } from './parts.ts';
import { ResumableSha1 } from './resumable-sha1.ts';

/** Where the copy goes; nobody sees it before it is whole. What is there already is never overwritten, and counts as copied. */
export interface Target {
  put(body: Buffer): Promise<void>;
  /** @returns what the parts are sent to. */
  begin(): Promise<string>;
  part(upload: string, number: number, body: Buffer): Promise<void>;
  complete(upload: string): Promise<void>;
  abort(upload: string): Promise<void>;
}

/** How far a copy has got: whole parts only. */
export interface Progress {
  readonly upload: string;
  readonly bytes: number;
  /** Of those bytes, to go on from. */
  readonly digest: string;
}

export interface Copy {
  readonly source: Source;
  readonly target: Target;
  /** Where the last attempt stopped. */
  readonly progress: Progress | undefined;
  /** `undefined`: begin anew next time. */
  readonly save: (progress: Progress | undefined) => Promise<void>;
  /** Whether there is time for one more part. */
  readonly hasTime: () => boolean;
  readonly signal: AbortSignal;
  readonly partBytes?: number;
}

/**
 * Copies a file of any size through two buffers of a part's size; what does not fit into this invocation is gone on with in the next.
 * @returns whether the copy is whole and its digest is that of the source
 * @throws NightporterError `ARCHIVE_DIFFERS` when it is not; what was sent is taken back then
 */
export async function copy({ partBytes, ...parts }: Copy): Promise<boolean> {
  const { size } = parts.source;
  return size <= (partBytes ?? partBytesFor(size)) ? copyWhole(parts) : copyInParts(parts, partBytes ?? partBytesFor(size));
}

async function copyWhole({ source, target, signal }: Omit<Copy, 'partBytes'>): Promise<boolean> {
  let body: Buffer = Buffer.alloc(0);
  for await (const part of partsOf(source, 0, Math.max(source.size, 1), signal)) body = part;
  const digest = new ResumableSha1();
  digest.update(body);
  check(source, body.length, digest);
  await target.put(body);
  return true;
}

async function copyInParts(
  { source, target, progress, save, hasTime, signal }: Omit<Copy, 'partBytes'>,
  partBytes: number,
): Promise<boolean> {
  const upload = progress?.upload ?? (await target.begin());
  const digest = new ResumableSha1(progress?.digest);
  let bytes = progress?.bytes ?? 0;
  let sending: Promise<unknown> = progress ? Promise.resolve() : save({ upload, bytes, digest: digest.state });
  for await (const part of partsOf(source, bytes, partBytes, signal)) {
    digest.update(part);
    // One part is on its way while the next is read: the buffer after that is this one again.
    await sending;
    const number = Math.floor(bytes / partBytes) + 1;
    bytes += part.length;
    const reached = part.length === partBytes ? { upload, bytes, digest: digest.state } : undefined;
    sending = target.part(upload, number, part).then(() => reached && save(reached));
    // Its failure is looked at when it is waited for, which is later than Node waits.
    sending.catch(() => undefined);
    if (bytes < source.size && !hasTime()) {
      await sending;
      return false;
    }
  }
  await sending;
  try {
    check(source, bytes, digest);
  } catch (error) {
    await save(undefined);
    await target.abort(upload);
    throw error;
  }
  await target.complete(upload);
  return true;
}

function check({ size, sha1 }: Source, bytes: number, digest: ResumableSha1): void {
  if (bytes === size && digest.digest() === sha1) return;
  const sentence = 'Wait for the next attempt: the bytes that came are not those that Box says the file has, and were not kept.';
  throw new NightporterError('ARCHIVE_DIFFERS', sentence);
}
