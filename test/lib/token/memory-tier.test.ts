import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessToken } from '../../../lib/token/access-token.ts';
import { MemoryTier } from '../../../lib/token/memory-tier.ts';
import { Redacted } from '../../../lib/token/redacted.ts';

const token = (value: string, expiresAt = 1) => new AccessToken(new Redacted(value), { expiresAt });

describe('the memory tier', () => {
  it('never answers with the token of another key, whatever was put, forgotten and pushed out', () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const step = fc.tuple(fc.constantFrom('put', 'get', 'forget'), keys, fc.nat(1_000));
    let hits = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const tier = new MemoryTier({ maxEntries: 4 });
        for (const [action, key, expiresAt] of steps) {
          if (action === 'put') tier.put(key, token(`token of ${key}`, expiresAt));
          const held = tier.get(key);
          if (held) hits++;
          expect(held?.reveal() ?? `token of ${key}`).toBe(`token of ${key}`);
          if (action === 'forget' && held) {
            tier.forget(key, held);
            expect(tier.get(key)).toBeUndefined();
          }
        }
      }),
    );
    expect(hits).toBeGreaterThan(100);
  });

  it('keeps what is in use and forgets the rest, by number and by size', () => {
    for (const limits of [{ maxEntries: 20 }, { maxCharacters: 20 * 12 }]) {
      const tier = new MemoryTier(limits);
      tier.put('hot', token('x'.repeat(9)));
      for (let index = 100; index < 1_000; index++) {
        tier.put(String(index), token('y'.repeat(9)));
        expect(tier.get('hot')).toBeDefined();
      }
      const kept = Array.from({ length: 900 }, (_, index) => tier.get(String(index + 100))).filter(Boolean).length;
      expect(kept).toBeGreaterThan(3);
      expect(kept).toBeLessThanOrEqual(20);
    }
  });

  it('keeps the token that lasts longer when a slow answer comes late', () => {
    const tier = new MemoryTier();
    const longer = token('new', 2_000);
    tier.put('key', longer);
    expect(tier.put('key', token('old', 1_000))).toBe(longer);
  });

  it('forgets a rejected token once, and not its successor', () => {
    const tier = new MemoryTier();
    const rejected = token('rejected', 1_000);
    const successor = token('successor', 2_000);
    tier.put('key', rejected);
    tier.forget('key', rejected);
    tier.put('key', successor);
    tier.forget('key', rejected);
    expect(tier.get('key')).toBe(successor);
  });
});
