import { wait } from '../../http/wait.ts';

const mebibyte = 1024 * 1024;
const usualPartBytes = 16 * mebibyte;
/** docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const mostParts = 10_000;

/** As small as S3's number of parts allows: two of them are held in memory. */
export function partBytesFor(size: number): number {
  return Math.max(usualPartBytes, Math.ceil(size / mostParts / mebibyte) * mebibyte);
}

/** The bytes of one version of a file. */
export interface Source {
  readonly size: number;
  /** 40 hex digits, as Box says. */
  readonly sha1: string;
  /** All bytes from there on. */
  open(from: number): Promise<AsyncIterable<Uint8Array>>;
}

/** A download that breaks off is begun again where it stopped, so often without a byte in between. */
const mostFruitless = 4;

/**
 * The source from `from` on, cut into parts of that size, the last one shorter. Two buffers take turns: a part may be used until the one
 * after the next is asked for. A source that gives nothing any more ends early; who reads it sees that by the length.
 * @throws what opening the source throws, or its last error
 */
export async function* partsOf(source: Source, from: number, partBytes: number, signal: AbortSignal): AsyncGenerator<Buffer> {
  const buffers = [0, 1].map(() => Buffer.allocUnsafeSlow(Math.min(partBytes, Math.max(source.size - from, 1))));
  let turn = 0;
  let filled = 0;
  let at = from;
  let fruitless = 0;
  while (at < source.size && fruitless < mostFruitless) {
    if (fruitless > 0) await wait(250 * 2 ** fruitless, signal);
    const before = at;
    const stream = await source.open(at);
    try {
      for await (const chunk of stream) {
        for (let used = 0; used < chunk.length; ) {
          const buffer = buffers[turn % 2] as Buffer;
          const taken = Math.min(chunk.length - used, buffer.length - filled);
          buffer.set(chunk.subarray(used, used + taken), filled);
          used += taken;
          filled += taken;
          at += taken;
          if (filled < buffer.length) continue;
          yield buffer;
          turn++;
          filled = 0;
        }
      }
    } catch (error) {
      signal.throwIfAborted();
      if (at === before && fruitless === mostFruitless - 1) throw error;
    }
    fruitless = at === before ? fruitless + 1 : 0;
  }
  if (filled > 0) yield (buffers[turn % 2] as Buffer).subarray(0, filled);
}
