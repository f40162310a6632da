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

describe('an offset-paged list', () => {
  it('is read to its end, every entry once and in order, though Box leaves entries out of pages and counts too many', async () => {
    const list = fc.array(fc.option(fc.integer()), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(list, fc.integer({ min: 1, max: 5 }), fc.nat({ max: 3 }), async (places, limit, tooMany) => {
        const fetch = async (offset: number) => ({
          entries: places.slice(offset, offset + limit).filter((entry) => entry !== null),
          limit,
          totalCount: places.length + tooMany,
        });
        expect(await Array.fromAsync(pages.byOffset(fetch))).toEqual(places.filter((entry) => entry !== null));
      }),
    );
  });

  it.each([0, -1])(
    'goes on by what Box gave where Box says the limit is %i, and fails instead of going round where it gives nothing',
    async (limit) => {
      let calls = 0;
      const fetch = async (offset: number) => {
        if (++calls > 5) return { entries: [], totalCount: 0 };
        return { entries: offset < 2 ? [offset] : [], limit, totalCount: 3 };
      };
      await expect(Array.fromAsync(pages.byOffset(fetch))).rejects.toMatchObject({ code: 'BOX_PAGE_REPEATED' });
      expect(calls).toBe(3);
    },
  );

  it('ends where Box says neither limit nor total', async () => {
    const fetch = async (offset: number) => ({ entries: offset === 0 ? [1, 2] : [] });
    expect(await Array.fromAsync(pages.byOffset(fetch))).toEqual([1, 2]);
  });
});

describe('an event stream with an end', () => {
  it('is read to it, over pages that are short or empty because a filter left everything out', async () => {
    const chunks = fc.array(fc.array(fc.integer(), { maxLength: 3 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(chunks, fc.boolean(), async (stream, asNumber) => {
        const fetch = async (position = '0') => {
          const at = Number(position);
          const next = Math.min(at + 1, stream.length);
          return { entries: stream[at] ?? [], nextStreamPosition: asNumber ? next : String(next) };
        };
        expect(await Array.fromAsync(pages.byStreamPosition(fetch))).toEqual(stream.flat());
      }),
    );
  });

  it.each(['0', 0, null, undefined, 'p1'])(
    'fails when Box gives events and then %j as the next position, from which nobody can go on',
    async (again) => {
      const fetch = async (position?: string) => ({ entries: [1], nextStreamPosition: position === undefined ? 'p1' : again });
      await expect(Array.fromAsync(pages.byStreamPosition(fetch))).rejects.toMatchObject({ code: 'BOX_PAGE_REPEATED' });
    },
  );
});
