import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Copy, copy, type Progress, type Target } from '../../../../lib/sink/archive/copy.ts';
import { partBytesFor, type Source } from '../../../../lib/sink/archive/parts.ts';
import { ResumableSha1 } from '../../../../lib/sink/archive/resumable-sha1.ts';

const partBytes = 256;
const signal = new AbortController().signal;

/** Bytes that can be told apart at any offset. */
function bytesOf(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, nth) => (nth * 31 + (nth >> 8)) & 255));
}

function sha1(bytes: Buffer): string {
  return createHash('sha1').update(bytes).digest('hex');
}

/** Breaks off after so many bytes at each opening, for as long as there are such numbers. */
function breaking(bytes: Buffer, chunk: number, breaks: number[]): Source {
  return {
    size: bytes.length,
    sha1: sha1(bytes),
    async open(from) {
      const end = breaks.shift();
      return (async function* () {
        for (let at = from; at < bytes.length; at += chunk) {
          if (end !== undefined && at - from >= end) throw new Error('ECONNRESET');
          yield bytes.subarray(at, at + chunk);
        }
      })();
    },
  };
}

class Store implements Target {
  readonly parts = new Map<number, Buffer>();
  whole: Buffer | undefined;
  isAborted = false;
  /** The operation that fails, counted from now on: before it is carried out, or after. */
  failAt = Number.POSITIVE_INFINITY;
  #operations = 0;

  async #live(work: () => void): Promise<void> {
    const nth = this.#operations++;
    // What is sent is read later than it is handed over.
    await new Promise(setImmediate);
    if (nth === this.failAt && nth % 2 === 0) throw new Error('crash');
    work();
    if (nth === this.failAt) throw new Error('crash');
  }

  failAfter(operations: number): void {
    this.failAt = this.#operations + operations;
  }

  put(body: Buffer): Promise<void> {
    return this.#live(() => {
      this.whole = Buffer.from(body);
    });
  }
  async begin(): Promise<string> {
    await this.#live(() => undefined);
    return 'upload';
  }
  part(_: string, number: number, body: Buffer): Promise<void> {
    return this.#live(() => void this.parts.set(number, Buffer.from(body)));
  }
  complete(): Promise<void> {
    return this.#live(() => {
      this.whole = Buffer.concat([...this.parts].sort(([left], [right]) => left - right).map(([, part]) => part));
    });
  }
  async abort(): Promise<void> {
    this.isAborted = true;
  }
}

interface Attempt extends Pick<Copy, 'source' | 'target'> {
  readonly hasTime?: () => boolean;
}

/** Calls it as invocations do, until it is whole. */
async function untilWhole({ source, target, hasTime = () => true }: Attempt): Promise<{ turns: number }> {
  let progress: Progress | undefined;
  const save = async (saved: Progress | undefined) => {
    progress = saved;
  };
  for (let turns = 1; turns < 100; turns++) {
    const isWhole = await copy({ source, target, progress, save, hasTime, signal, partBytes }).catch((error: Error) => {
      if (error.message !== 'crash') throw error;
      return false;
    });
    if (isWhole) return { turns };
  }
  throw new Error('It never ends.');
}

describe('a copy', () => {
  it('has the very bytes of the source, whatever breaks off, runs out of time or crashes meanwhile', async () => {
    let turnsTaken = 0;
    const trouble = fc.record({
      size: fc.integer({ min: 0, max: 3000 }),
      chunk: fc.integer({ min: 1, max: 700 }),
      breaks: fc.array(fc.integer({ min: 1, max: 900 }), { maxLength: 6 }),
      crashes: fc.array(fc.nat(8), { maxLength: 4 }),
      partsPerTurn: fc.integer({ min: 1, max: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(trouble, async ({ size, chunk, breaks, crashes, partsPerTurn }) => {
        const bytes = bytesOf(size);
        const target = new Store();
        let asked = 0;
        const hasTime = () => {
          const crash = crashes.shift();
          if (crash !== undefined) target.failAfter(crash);
          return ++asked % partsPerTurn !== 0;
        };
        const { turns } = await untilWhole({ source: breaking(bytes, chunk, [...breaks]), target, hasTime });
        turnsTaken += turns;
        expect(target.whole?.equals(bytes)).toBe(true);
      }),
      { numRuns: 400 },
    );
    expect(turnsTaken).toBeGreaterThan(1000);
  });

  it('of other bytes than Box says is not kept', async () => {
    const bytes = bytesOf(1000);
    const target = new Store();
    const source = { ...breaking(bytes, 100, []), sha1: sha1(bytesOf(999)) };
    await expect(untilWhole({ source, target })).rejects.toMatchObject({ code: 'ARCHIVE_DIFFERS' });
    expect(target).toMatchObject({ isAborted: true, whole: undefined });
  });

  it('that is stopped while it waits for a download ends with the reason', async () => {
    const reason = new Error('Give the handler less to do.');
    const stop = new AbortController();
    const open = async () => {
      setTimeout(() => stop.abort(reason), 20);
      return (async function* () {})();
    };
    const source = { ...breaking(bytesOf(10), 100, []), open };
    const stopped = copy({
      source,
      target: new Store(),
      progress: undefined,
      save: async () => {},
      hasTime: () => true,
      signal: stop.signal,
    });
    await expect(stopped).rejects.toBe(reason);
  });

  it('of a download that gives nothing is given up', async () => {
    const source = { ...breaking(bytesOf(1000), 100, []), open: async () => (async function* () {})() };
    await expect(untilWhole({ source, target: new Store() })).rejects.toMatchObject({ code: 'ARCHIVE_DIFFERS' });
  });

  it('reads a file of 50 GB on from where it stopped, at offsets beyond 32 bits', async () => {
    const size = 50_000_000_017;
    const part = partBytesFor(size);
    const before = new ResumableSha1();
    before.update(Buffer.alloc(64));
    const bytes = Math.floor(size / part) * part - part;
    const state = before.state.replace(/:.*/, `:${bytes}`);
    const chunk = Buffer.alloc(part, 'porter');
    const whole = new ResumableSha1(state);
    whole.update(chunk);
    whole.update(chunk.subarray(0, size - bytes - part));
    const opened: number[] = [];
    const open = async (from: number) => {
      opened.push(from);
      return (async function* () {
        yield chunk;
        yield chunk.subarray(0, size - bytes - part);
      })();
    };
    const target = new Store();
    const saved: (Progress | undefined)[] = [];
    const progress = { upload: 'upload', bytes, digest: state };
    const source = { size, sha1: whole.digest(), open };
    const save = async (reached: Progress | undefined) => void saved.push(reached);
    expect(await copy({ source, target, progress, save, hasTime: () => true, signal })).toBe(true);
    expect(opened).toEqual([bytes]);
    expect([...target.parts.keys()]).toEqual([bytes / part + 1, bytes / part + 2]);
    expect(saved).toMatchObject([{ bytes: bytes + part }]);
  });
});

it('S3 takes the parts of any size that Box and S3 have', () => {
  const sizes = fc.integer({ min: 1, max: 5 * 1024 ** 4 });
  fc.assert(
    fc.property(sizes, (size) => {
      const part = partBytesFor(size);
      expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000);
      expect(part % 64).toBe(0);
      if (size <= 150 * 1024 ** 3) expect(part).toBe(16 * 1024 ** 2);
    }),
  );
});
