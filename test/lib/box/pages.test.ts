import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pages } from '../../../lib/box/pages.ts';

describe('a marker-paged list', () => {
  it('is read to its end, every entry once and in order, however short or empty its pages are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer(), { maxLength: 5 }), { maxLength: 8 }),
        fc.constantFrom(null, undefined, ''),
        async (list, end) => {
          const fetch = async (marker: string | undefined) => {
            const index = Number(marker ?? 0);
            const nextMarker = index + 1 < list.length ? String(index + 1) : end;
            return { entries: list[index] ?? [], ...(nextMarker !== undefined && { nextMarker }) };
          };
          expect(await Array.fromAsync(pages.byMarker(fetch))).toEqual(list.flat());
        },
      ),
    );
  });

  it('fails instead of going round when Box repeats a marker', async () => {
    let calls = 0;
    const fetch = async () => {
      calls++;
      return { entries: [calls], nextMarker: 'same' };
    };
    await expect(Array.fromAsync(pages.byMarker(fetch))).rejects.toMatchObject({ code: 'BOX_PAGE_REPEATED' });
    expect(calls).toBe(2);
  });

  it('fetches no page before the one in hand is used up', async () => {
    let calls = 0;
    const fetch = async () => {
      calls++;
      return { entries: [1, 2, 3], nextMarker: `m${calls}` };
    };
    for await (const entry of pages.byMarker(fetch)) if (entry === 3) break;
    expect(calls).toBe(1);
  });
});
