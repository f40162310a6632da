import { createHash } from 'node:crypto';
import { hex32 } from '../enterprise/hex.ts';

/** The bytes of one file version: stored as they came, or drawn when they are asked for. */
export interface Content {
  readonly size: number;
  /** 40 hex digits. */
  readonly sha1: string;
  /** @param end exclusive; at most a piece of 1 MiB comes at a time. */
  read(start: number, end: number): Uint8Array;
}

export const largestPiece = 1_048_576;

/** @param sha1 40 hex digits of these very bytes. */
export function storedContent(parts: readonly Uint8Array[], sha1: string): Content {
  const starts: number[] = [];
  let size = 0;
  for (const part of parts) {
    starts.push(size);
    size += part.length;
  }
  return {
    size,
    sha1,
    read(start, end) {
      const nth = starts.findLastIndex((first) => first <= start);
      const from = start - (starts[nth] ?? 0);
      return parts[nth]?.subarray(from, Math.min(from + end - start, from + largestPiece)) ?? new Uint8Array();
    },
  };
}

const block = drawBlock();

/** Takes no memory at any size. Each key has bytes of its own, which repeat after 64 KiB. @param sha1 default: made up, as for seeded files. */
export function drawnContent(key: number, size: number, sha1 = madeUpDigest(key)): Content {
  const turn = (key * 7919) % block.length;
  return {
    size,
    sha1,
    read(start, end) {
      const from = (start + turn) % block.length;
      return block.subarray(from, Math.min(from + end - start, block.length));
    },
  };
}

/** As `drawnContent`, with the digest of its bytes: about a second for each gigabyte. */
export function digestedContent(key: number, size: number): Content {
  const content = drawnContent(key, size);
  const hash = createHash('sha1');
  for (let at = 0; at < size; ) {
    const piece = content.read(at, size);
    hash.update(piece);
    at += piece.length;
  }
  return drawnContent(key, size, hash.digest('hex'));
}

/** Stable and different for each key; hashing something real would cost more than the rest of a page of items. */
export function madeUpDigest(key: number): string {
  let digest = '';
  let bits = Math.imul(key ^ Math.floor(key / 0x1_0000_0000), 0x9e3779b1);
  for (let word = 0; word < 5; word++) {
    bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b) + 0x6d2b79f5;
    digest += hex32(bits ^ (bits >>> 13));
  }
  return digest;
}

function drawBlock(): Buffer {
  const parts = Array.from({ length: 2048 }, (_, nth) => createHash('sha256').update(`block ${nth}`).digest());
  return Buffer.concat(parts);
}

/** @returns 40 hex digits. */
export function sha1Of(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha1');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
