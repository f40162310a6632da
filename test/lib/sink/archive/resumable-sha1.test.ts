import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ResumableSha1 } from '../../../../lib/sink/archive/resumable-sha1.ts';

it('is SHA-1, in whatever pieces the bytes come, and put aside wherever a block ends', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, (all) => {
      let hash = new ResumableSha1();
      let bytes = 0;
      for (const piece of all) {
        hash.update(Buffer.from(piece));
        bytes += piece.length;
        if (bytes % 64 === 0) hash = new ResumableSha1(hash.state);
        else expect(() => hash.state).toThrow('64 bytes');
      }
      expect(hash.digest()).toBe(createHash('sha1').update(Buffer.concat(all)).digest('hex'));
    }),
    { numRuns: 500 },
  );
});

it.each([0, 55, 56, 63, 64, 65, 119, 120, 128, 1_000_000])('is SHA-1 of %i bytes', (size) => {
  const bytes = Buffer.alloc(size, 'night');
  const hash = new ResumableSha1();
  hash.update(bytes);
  expect(hash.digest()).toBe(createHash('sha1').update(bytes).digest('hex'));
});
