import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiver } from '../../../../lib/webhook/receiver.ts';
import { randomStream } from '../../../sandbox/box/enterprise/random.ts';
import { mutations } from './mutations.ts';
import { knownKeys, traffic } from './traffic.ts';
import { validRequests } from './valid.ts';

const now = Date.UTC(2026, 10, 22, 2, 0, 0, 500);
const receive = receiver({ keys: knownKeys, enqueue: async () => undefined, now: () => now });

describe('of one change to a signed request', () => {
  it.each(Object.entries(mutations))('%s is refused with its own status', async (_, { answer, make }) => {
    for (let seed = 1; seed <= 20; seed++) expect(await receive(make(randomStream(seed), now))).toBe(answer);
  });

  it.each(Object.entries(validRequests))('%s is none, and accepted', async (_, make) => {
    for (let seed = 1; seed <= 20; seed++) expect(await receive(make(randomStream(seed), now))).toBe('accepted');
  });
});

describe('hostile traffic', () => {
  it('of 100,000 requests gets nothing in, keeps nothing valid out, and harms nothing', { timeout: 120_000 }, async () => {
    const { valid, hostile, heap, ...wrong } = await traffic(100_000, 20_261_122);
    expect(wrong).toEqual({ accepted: 0, refused: 0, misjudged: 0, crashes: 0, wrong: [] });
    expect(valid).toBeGreaterThanOrEqual(hostile / 9);
    const [early, late] = heap.map((bytes) => bytes / 2 ** 20) as [number, number];
    console.log('Heap after a quarter of the traffic and at the end, MiB:', early.toFixed(1), late.toFixed(1));
    expect(late - early).toBeLessThan(4);
  });

  it('of any other shape is refused, and never a crash', async () => {
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.base64String());
    const names = fc.constantFrom('box-delivery-timestamp', 'BOX-SIGNATURE-PRIMARY', 'box-signature-version', 'box-signature-algorithm');
    const event = fc.record(
      {
        headers: fc.option(fc.dictionary(fc.oneof(names, text), text)),
        body: fc.option(text),
        isBase64Encoded: fc.boolean(),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(event, async (given) => {
        expect(['malformed', 'unsigned', 'tooLarge']).toContain(await receive(given));
      }),
      { numRuns: 2_000 },
    );
  });
});
