import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { copy, type Target } from '../../../../lib/sink/archive/copy.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const mebibyte = 1024 * 1024;

/** What is held, inside and outside the heap. */
async function heldMiB(): Promise<number> {
  collectGarbage();
  // What lies outside the heap is freed a moment later.
  await setImmediate();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / mebibyte;
}

it('the copy of a file of 500 MB holds two parts of it, from the first to the last', { timeout: 120_000 }, async () => {
  const size = 500_000_000;
  const chunk = Buffer.alloc(mebibyte, 'porter');
  const whole = createHash('sha1');
  for (let left = size; left > 0; left -= chunk.length) whole.update(left < chunk.length ? chunk.subarray(0, left) : chunk);
  const source = {
    size,
    sha1: whole.digest('hex'),
    open: async () =>
      (async function* () {
        for (let left = size; left > 0; left -= chunk.length) yield Buffer.from(left < chunk.length ? chunk.subarray(0, left) : chunk);
      })(),
  };
  const before = await heldMiB();
  const held: number[] = [];
  let sent = 0;
  const target: Target = {
    begin: async () => 'upload',
    put: async () => expect.unreachable(),
    abort: async () => expect.unreachable(),
    complete: async () => {},
    part: async (_, number, body) => {
      sent += body.length;
      if (number % 2 === 1) held.push((await heldMiB()) - before);
    },
  };
  const signal = new AbortController().signal;
  expect(await copy({ source, target, progress: undefined, save: async () => {}, hasTime: () => true, signal })).toBe(true);
  console.log('Held while 500 MB were copied, MiB:', held.map(Math.round).join(' '));
  expect(sent).toBe(size);
  expect(held.length).toBeGreaterThanOrEqual(15);
  expect(Math.max(...held)).toBeLessThan(64);
});
