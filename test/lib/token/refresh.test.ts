import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import { refreshLeadMs } from '../../../lib/token/refresh-lead.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import type { TokenEvent } from '../../../lib/token/token-event.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { credentialsOf } from './credentials-of.ts';

const enterprise: Subject = { type: 'enterprise' };

afterEach(closeConnections);

const attempts = (box: BoxSimulator): number => box.journal.entries.filter(({ path }) => path === '/oauth2/token').length;

/** A source on a clock of the test's, with a token in it. */
async function sourceWithToken(more: { rotationPollMs?: number; skewMs?: number } = {}) {
  const state = { now: 1_800_000_000_000 };
  const box = await startBox({ expiresInSeconds: 3_600, now: () => state.now });
  const events: TokenEvent[] = [];
  let secret = { value: box.app.clientSecret, versionId: 'v1' };
  const source = createTokenSource({
    apiUrl: box.url,
    credentials: credentialsOf(box, () => secret),
    now: () => state.now + (more.skewMs ?? 0),
    observe: (event) => events.push(event),
    ...more,
  });
  const token = await source.get(enterprise);
  const rotate = (value: string, versionId: string) => {
    secret = { value, versionId };
  };
  return { state, box, source, token, events, rotate, [Symbol.asyncDispose]: () => box.close() };
}

describe('a stale token', () => {
  it('is handed out at once while one request replaces it', async () => {
    await using given = await sourceWithToken();
    const { state, box, source, token } = given;
    box.faults.always({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 50 });
    state.now += 3_400_000;
    const answers = await Promise.all(Array.from({ length: 30 }, () => source.get(enterprise)));
    expect(answers.every((answer) => answer === token)).toBe(true);
    await source.settle(2_000);
    expect(attempts(box)).toBe(2);
    expect(await source.get(enterprise)).not.toBe(token);
  });

  it('serves on while it can not be replaced, at a falling rate of attempts', async () => {
    await using given = await sourceWithToken();
    const { state, box, source, token } = given;
    box.faults.always({ path: '/oauth2/token' }, { kind: 'status', status: 400, body: { error: 'server_error' } });
    state.now += 3_050_000;
    for (let second = 0; second < 480; second++, state.now += 1_000) {
      expect(await source.get(enterprise)).toBe(token);
      await source.settle(2_000);
    }
    expect(attempts(box)).toBeGreaterThan(2);
    expect(attempts(box)).toBeLessThan(12);
  });

  it('serves to its last seconds, and never beyond its end', async () => {
    await using given = await sourceWithToken();
    const { state, box, source, token } = given;
    box.faults.always({ path: '/oauth2/token' }, { kind: 'status', status: 400, body: { error: 'server_error' } });
    state.now = token.expiresAt - 6_000;
    expect(await source.get(enterprise)).toBe(token);
    state.now = token.expiresAt - 4_000;
    await expect(source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
  });

  it('serves at once in its last minute while Box is down, after one caller has tried', async () => {
    await using given = await sourceWithToken();
    const { state, box, source, token, events } = given;
    box.faults.always({ path: '/oauth2/token' }, { kind: 'status', status: 503, headers: { 'retry-after': '0.01' } });
    state.now = token.expiresAt - 50_000;
    for (let call = 0; call < 20; call++) expect(await source.get(enterprise)).toBe(token);
    expect(attempts(box)).toBe(1 + 4);
    expect(events.filter(({ kind }) => kind === 'staleServed')).toHaveLength(20);
    box.faults.clear();
    state.now = token.expiresAt - 25_000;
    expect(await source.get(enterprise)).not.toBe(token);
  });

  it('is given up for a caller who needs it longer', async () => {
    await using given = await sourceWithToken();
    const { state, source, token } = given;
    state.now += 2_000_000;
    expect(await source.get(enterprise)).toBe(token);
    expect(await source.get(enterprise, { minRemainingMs: 1_700_000 })).not.toBe(token);
  });

  it('is never asked to last longer than tokens do', async () => {
    await using given = await sourceWithToken();
    for (let call = 0; call < 10; call++) await given.source.get(enterprise, { minRemainingMs: 86_400_000 });
    expect(attempts(given.box)).toBe(1);
  });
});

describe('the moment of refresh', () => {
  it('lies in the last sixth of a life, and differs between containers', () => {
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 5_000_000 }), fc.string(), fc.uuid(), (life, key, seed) => {
        const lead = refreshLeadMs(life, key, seed);
        expect(lead).toBeGreaterThanOrEqual(life / 12);
        expect(lead).toBeLessThanOrEqual(life / 6);
      }),
    );
    const leads = Array.from({ length: 1_000 }, (_, container) =>
      Math.round(refreshLeadMs(3_600_000, 'enterprise', String(container)) / 1_000),
    );
    // A fleet that was started together is spread over five minutes.
    expect(new Set(leads).size).toBeGreaterThan(250);
  });
});

describe('a wrong clock', () => {
  it.each([-600_000, 600_000])(
    'of %i ms, put right while the container lay frozen, never makes an expired token look alive',
    async (skewMs) => {
      const wall = { now: 1_800_000_000_000, skew: skewMs };
      await using box = await startBox({ expiresInSeconds: 3_600, now: () => wall.now });
      const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now: () => wall.now + wall.skew });
      const first = await source.get(enterprise);
      const bearer = (token: typeof first) => token.authorization.slice('Bearer '.length);
      for (const minutes of [10, 49, 55, 61, 70, 130]) {
        wall.now = 1_800_000_000_000 + minutes * 60_000;
        expect(box.tokens.find(bearer(await source.get(enterprise)))).toBeDefined();
      }
    },
  );

  it('is not learned from an answer that was frozen on its way', async () => {
    await using given = await sourceWithToken();
    const { state, box, source } = given;
    box.faults.once({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 60 });
    state.now += 3_400_000;
    await source.get(enterprise);
    await new Promise((resolve) => setTimeout(resolve, 20));
    state.now += 7_200_000;
    await source.settle(2_000);
    const token = await source.get(enterprise);
    expect(token.expiresAt - state.now).toBeGreaterThan(60_000);
    expect(box.tokens.find(token.authorization.slice('Bearer '.length))).toBeDefined();
  });
});

describe('a client secret that is reset in the console', () => {
  it('fails no run that has the time to wait for its new version', async () => {
    await using given = await sourceWithToken({ rotationPollMs: 40 });
    const { state, box, source, token, rotate, events } = given;
    box.app.resetSecret('the-new-secret');
    state.now = token.expiresAt + 1;
    setTimeout(() => rotate('the-new-secret', 'v2'), 150);
    const renewed = await source.get(enterprise, { remainingMs: () => 800_000 });
    expect(box.tokens.find(renewed.authorization.slice('Bearer '.length))).toBeDefined();
    expect(events.filter(({ kind }) => kind === 'credentialsSuspected')).toHaveLength(1);
  });

  it('is not waited for when there is no time', async () => {
    await using given = await sourceWithToken({ rotationPollMs: 40 });
    given.box.app.resetSecret('the-new-secret');
    given.state.now = given.token.expiresAt + 1;
    await expect(given.source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
  });

  it('is told of while the old token still lives, so that nobody has to wait', async () => {
    await using given = await sourceWithToken();
    const { state, box, source, token, events } = given;
    box.app.resetSecret('the-new-secret');
    state.now += 3_400_000;
    expect(await source.get(enterprise)).toBe(token);
    await source.settle(2_000);
    expect(events.filter(({ kind }) => kind === 'credentialsSuspected')).toMatchObject([{ waitMs: 0 }]);
  });

  it('is not suspected, nor Box asked about it again and again, for each user of a list who can not be used', async () => {
    await using given = await sourceWithToken({ rotationPollMs: 40 });
    given.box.app.change({ userTokens: false });
    for (let id = 11_000_001; id <= 11_000_020; id++) {
      const pending = given.source.get({ type: 'user', id: String(id) }, { remainingMs: () => 800_000 });
      await expect(pending).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    }
    expect(given.events.filter(({ kind }) => kind === 'credentialsSuspected')).toEqual([]);
    // One question about the app itself, for all of them.
    expect(attempts(given.box)).toBe(1 + 20 + 1);
  });

  it('is not suspected when Box refuses one user and grants the app itself', async () => {
    await using given = await sourceWithToken({ rotationPollMs: 40 });
    given.box.app.change({ userTokens: false });
    const user: Subject = { type: 'user', id: '11000001' };
    await expect(given.source.get(user, { remainingMs: () => 800_000 })).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    expect(given.events.filter(({ kind }) => kind === 'credentialsSuspected')).toEqual([]);
  });
});
