import { hex32 } from './hex.ts';

/**
 * A number in [0, 1) that depends on nothing but its arguments, so that any one of 100,000 users can be drawn without the others.
 * Integer mixing as in MurmurHash3's finalizer.
 */
export function draw(seed: number, index: number, aspect: number): number {
  let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x165667b1, 0xc2b2ae35) ^ Math.imul(aspect + 1, 0x27d4eb2f);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb352d);
  return ((bits ^ (bits >>> 15)) >>> 0) / 0x1_0000_0000;
}

/** A repeatable sequence of numbers in [0, 1) (mulberry32). */
export function randomStream(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** Log-normal value from two uniform draws (Box-Muller): what sizes of real files and accounts look like. */
export function logNormal(median: number, sigma: number, first: number, second: number): number {
  return median * Math.exp(sigma * Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second));
}

/** @throws RangeError for an empty list. */
export function pick<T>(list: readonly T[], share: number): T {
  const chosen = list[Math.floor(share * list.length)];
  if (chosen === undefined) throw new RangeError('Nothing to pick from.');
  return chosen;
}

/** The same text for the same arguments, in the form of a UUID. */
export function drawnUuid(seed: number, index: number): string {
  const word = (nth: number) => hex32(Math.floor(draw(seed, index, 900 + nth) * 0x1_0000_0000));
  const [second, third] = [word(1), word(2)];
  return `${word(0)}-${second.slice(0, 4)}-4${second.slice(5)}-9${third.slice(1, 4)}-${third.slice(4)}${word(3)}`;
}
