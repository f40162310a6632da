import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { wait, waitBeforeRetry } from '../../../lib/http/wait.ts';

describe('the wait before a retry', () => {
  it('is what Retry-After says, in seconds or as a date', () => {
    const now = Date.UTC(2026, 0, 1);
    expect(waitBeforeRetry({ 'retry-after': '7' }, 1, now)).toBe(7_000);
    expect(waitBeforeRetry({ 'retry-after': '0' }, 4, now)).toBe(0);
    expect(waitBeforeRetry({ 'retry-after': new Date(now + 90_000).toUTCString() }, 1, now)).toBe(90_000);
    expect(waitBeforeRetry({ 'retry-after': new Date(now - 90_000).toUTCString() }, 1, now)).toBe(0);
  });

  it('doubles with each attempt and is spread over half of its length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.constantFrom(undefined, 'soon', 'NaN'), (attempt, stated) => {
        const ms = waitBeforeRetry(stated === undefined ? {} : { 'retry-after': stated }, attempt);
        const longest = 1000 * 2 ** (attempt - 1);
        expect(ms).toBeGreaterThanOrEqual(longest / 2);
        expect(ms).toBeLessThanOrEqual(longest);
      }),
    );
  });

  it('is never longer than a timer can be, which would go off at once', async () => {
    const now = Date.UTC(2026, 0, 1);
    for (const stated of ['1e300', '9999999', new Date(now + 1e11).toUTCString()]) {
      expect(waitBeforeRetry({ 'retry-after': stated }, 1, now)).toBe(2 ** 31 - 1);
    }
    await expect(wait(1e12, AbortSignal.timeout(50))).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('ends with the reason of an aborted signal', async () => {
    const reason = new Error('too long');
    await expect(wait(60_000, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
