const blockBytes = 64;

/**
 * SHA-1 (FIPS 180-4 6.1), which is what Box says of a file, in a form that can be put aside between two invocations: `node:crypto` keeps
 * its state to itself, and a file of 50 GB takes longer than one. For comparing copies; nothing here is kept secret by it.
 */
export class ResumableSha1 {
  readonly #hash: Int32Array;
  readonly #schedule = new Int32Array(80);
  #bytes: number;
  #rest = Buffer.alloc(0);

  /** @param state what `state` gave, of all bytes so far */
  constructor(state = 'Z0UjAe/Nq4mYutz+EDJUdsPS4fA=:0') {
    const [words = '', bytes = ''] = state.split(':');
    const raw = Buffer.from(words, 'base64');
    this.#hash = Int32Array.from({ length: 5 }, (_, nth) => raw.readInt32BE(nth * 4));
    this.#bytes = Number(bytes);
  }

  /** @throws Error unless whole blocks of 64 bytes have been added: an unfinished one is not part of it */
  get state(): string {
    if (this.#rest.length > 0) throw new Error('Put the digest aside at a multiple of 64 bytes.');
    const words = Buffer.alloc(20);
    this.#hash.forEach((word, nth) => void words.writeInt32BE(word, nth * 4));
    return `${words.toString('base64')}:${this.#bytes}`;
  }

  update(bytes: Buffer): void {
    this.#bytes += bytes.length;
    let from = 0;
    if (this.#rest.length > 0) {
      from = Math.min(blockBytes - this.#rest.length, bytes.length);
      this.#rest = Buffer.concat([this.#rest, bytes.subarray(0, from)]);
      if (this.#rest.length < blockBytes) return;
      this.#compress(this.#rest, 0);
    }
    for (; from + blockBytes <= bytes.length; from += blockBytes) this.#compress(bytes, from);
    this.#rest = Buffer.from(bytes.subarray(from));
  }

  /** Ends it. @returns 40 hex digits */
  digest(): string {
    const total = this.#bytes;
    const padding = Buffer.alloc(blockBytes - ((total + 9) % blockBytes || blockBytes) + 9);
    padding[0] = 0x80;
    padding.writeBigUInt64BE(BigInt(total) * 8n, padding.length - 8);
    this.update(padding);
    return Array.from(this.#hash, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** Written out, with the words in plain variables: it runs over every byte that is archived. */
  #compress(bytes: Buffer, from: number): void {
    const w = this.#schedule;
    const hash = this.#hash;
    for (let t = 0, p = from; t < 16; t++, p += 4)
      w[t] = (at(bytes, p) << 24) | (at(bytes, p + 1) << 16) | (at(bytes, p + 2) << 8) | at(bytes, p + 3);
    for (let t = 16; t < 80; t++) {
      const mixed = at(w, t - 3) ^ at(w, t - 8) ^ at(w, t - 14) ^ at(w, t - 16);
      w[t] = (mixed << 1) | (mixed >>> 31);
    }
    let a = at(hash, 0);
    let b = at(hash, 1);
    let c = at(hash, 2);
    let d = at(hash, 3);
    let e = at(hash, 4);
    for (let t = 0; t < 80; t++) {
      let mixed: number;
      if (t < 20) mixed = ((b & c) | (~b & d)) + 0x5a827999;
      else if (t < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
      else if (t < 60) mixed = ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
      else mixed = (b ^ c ^ d) + 0xca62c1d6;
      const next = (((a << 5) | (a >>> 27)) + mixed + e + at(w, t)) | 0;
      e = d;
      d = c;
      c = (b << 30) | (b >>> 2);
      b = a;
      a = next;
    }
    hash[0] = (at(hash, 0) + a) | 0;
    hash[1] = (at(hash, 1) + b) | 0;
    hash[2] = (at(hash, 2) + c) | 0;
    hash[3] = (at(hash, 3) + d) | 0;
    hash[4] = (at(hash, 4) + e) | 0;
  }
}

function at(words: Int32Array | Uint8Array, index: number): number {
  return words[index] as number;
}
