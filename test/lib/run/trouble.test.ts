import { expect, it } from 'vitest';
import { BoxRequestFailed } from '../../../lib/box/box-error.ts';
import { troubleOf } from '../../../lib/run/trouble.ts';
import { GrantUnanswered } from '../../../lib/token/grant.ts';

const never = () => Promise.reject(new Error('Nobody was to be asked.'));

it.each([
  ['a call', new BoxRequestFailed({ method: 'GET', path: '/2.0/users', status: 429, retryAfterMs: 90_000 })],
  ['a token', new GrantUnanswered('Try again later.', 90_000, new Error('HTTP status 429'))],
])('a step waits as long as Box has asked for before the next try of %s', async (_, error) => {
  expect(await troubleOf(error, never)).toMatchObject({ passes: true, seconds: 90 });
});

it('a step waits as it sees fit where Box has not said how long', async () => {
  const error = new GrantUnanswered('Try again later.', undefined, new Error('read ECONNRESET'));
  expect(await troubleOf(error, never)).toEqual({ passes: true, code: 'BOX_UNREACHABLE' });
});
