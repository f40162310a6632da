import { expect, it } from 'vitest';
import { boxClock } from '../../../lib/token/box-clock.ts';
import { deadPairCheck } from '../../../lib/token/dead-pair.ts';
import { Redacted } from '../../../lib/token/redacted.ts';

const pair = (versionId: string) => ({ clientId: 'id', clientSecret: new Redacted('secret'), enterpriseId: '1', versionId });

it('Box is asked about a pair once in three seconds, anew for another version, and again at once when it did not answer', async () => {
  let now = 1_800_000_000_000;
  let asked = 0;
  let answer: () => Promise<boolean> = async () => false;
  const isRefused = () => {
    asked++;
    return answer();
  };
  const isDead = deadPairCheck({ clock: boxClock(() => now), isRefused });
  await Promise.all(Array.from({ length: 20 }, () => isDead(pair('v1'), undefined)));
  now += 2_999;
  expect(await isDead(pair('v1'), undefined)).toBe(false);
  expect(asked).toBe(1);
  now += 1;
  answer = async () => true;
  expect(await isDead(pair('v1'), undefined)).toBe(true);
  answer = () => Promise.reject(new Error('unreachable'));
  await expect(isDead(pair('v2'), undefined)).rejects.toThrow('unreachable');
  await expect(isDead(pair('v2'), undefined)).rejects.toThrow('unreachable');
  expect(asked).toBe(4);
});

it('who has no time left for the answer is let go, and takes nobody along', async () => {
  const answer = Promise.withResolvers<boolean>();
  const isDead = deadPairCheck({ clock: boxClock(Date.now), isRefused: () => answer.promise });
  const patient = isDead(pair('v1'), undefined);
  await expect(isDead(pair('v1'), AbortSignal.timeout(10))).rejects.toMatchObject({ name: 'TimeoutError' });
  answer.resolve(true);
  expect(await patient).toBe(true);
});
