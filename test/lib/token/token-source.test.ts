import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { listen } from '../listen.ts';
import { credentialsOf } from './credentials-of.ts';

const enterprise: Subject = { type: 'enterprise' };
const user: Subject = { type: 'user', id: '11000001' };

afterEach(closeConnections);

const mints = (box: BoxSimulator): number =>
  box.journal.entries.filter(({ path, status }) => path === '/oauth2/token' && status === 200).length;

const attempts = (box: BoxSimulator): number => box.journal.entries.filter(({ path }) => path === '/oauth2/token').length;

describe('the token source', () => {
  it('sends one token request for fifty cold callers', async () => {
    await using box = await startBox();
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box) });
    const tokens = await Promise.all(Array.from({ length: 50 }, () => source.get(enterprise)));
    expect(new Set(tokens.map(({ authorization }) => authorization)).size).toBe(1);
    expect(attempts(box)).toBe(1);
  });

  it('sends one token request for fifty callers whose token was rejected', async () => {
    await using box = await startBox();
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box) });
    const rejected = await source.get(enterprise);
    const renewed = await Promise.all(Array.from({ length: 50 }, () => source.renew(enterprise, rejected)));
    expect(new Set(renewed.map(({ fingerprint }) => fingerprint)).size).toBe(1);
    expect(attempts(box)).toBe(2);
  });

  it('gives a caller who comes late with the rejected token the new one that is there already', async () => {
    await using box = await startBox();
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box) });
    const rejected = await source.get(enterprise);
    const renewed = await source.renew(enterprise, rejected);
    expect(await source.renew(enterprise, rejected)).toBe(renewed);
    expect(attempts(box)).toBe(2);
  });

  it('never hands out a token that has expired, or has less time left than was asked for', async () => {
    let now = 1_700_000_000_000;
    await using box = await startBox({ now: () => now });
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now: () => now });
    let handedOut = 0;
    let renewals = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 5_000_000 }), fc.integer({ min: 60_000, max: 900_000 }), async (pause, minRemainingMs) => {
        now += pause;
        const before = mints(box);
        const token = await source.get(enterprise, { minRemainingMs });
        handedOut++;
        renewals += mints(box) - before;
        expect(token.expiresAt - now).toBeGreaterThan(minRemainingMs);
        expect(box.tokens.find(token.authorization.slice('Bearer '.length))).toBeDefined();
      }),
    );
    // Both sides of the decision have really been taken.
    expect(renewals).toBeGreaterThan(10);
    expect(handedOut - renewals).toBeGreaterThan(10);
  });

  it('hands out no token that has always expired when it comes', async () => {
    let requests = 0;
    await using server = await listen((request, response) => {
      const body = JSON.stringify({ access_token: `token-${++requests}`, expires_in: 0.001 });
      request.resume().on('end', () => setTimeout(() => response.end(body), 5));
    });
    const read = async () => ({ clientId: 'id', clientSecret: new Redacted('secret'), enterpriseId: '1', versionId: 'v1' });
    const source = createTokenSource({ apiUrl: server.url, credentials: { get: read, reread: read } });
    await expect(source.get(enterprise)).rejects.toMatchObject({ code: 'BOX_RESPONSE_INVALID' });
    expect(requests).toBe(3);
  });

  it('counts the life of a token from the moment that it was asked for', async () => {
    let now = 1_700_000_000_000;
    await using box = await startBox({ expiresInSeconds: 3_700, now: () => now });
    box.faults.always({ path: '/oauth2/token' }, { kind: 'slow', milliseconds: 30 });
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now: () => now });
    const pending = source.get(enterprise);
    await new Promise((resolve) => setTimeout(resolve, 15));
    now += 90_000;
    expect((await pending).expiresAt).toBe(1_700_000_000_000 + 3_700_000);
  });

  it('never gives one subject the token of another', async () => {
    await using box = await startBox();
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box) });
    const subjects: readonly Subject[] = [enterprise, user, { type: 'user', id: '11000002' }, { type: 'user', id: '11000003' }];
    const tokens = await Promise.all([...subjects, ...subjects].map((subject) => source.get(subject)));
    const userIds = tokens.map(({ authorization }) => box.tokens.find(authorization.slice('Bearer '.length))?.userId);
    expect(userIds.slice(1, 4)).toEqual(['11000001', '11000002', '11000003']);
    expect(userIds.slice(4)).toEqual(userIds.slice(0, 4));
    expect(new Set(userIds).size).toBe(4);
    expect(attempts(box)).toBe(4);
  });

  it('mints afresh when it is told to, and leaves the cached token alone', async () => {
    await using box = await startBox();
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box) });
    const cached = await source.get(enterprise);
    const fresh = await source.mint(enterprise);
    expect(fresh.fingerprint).not.toBe(cached.fingerprint);
    expect(await source.get(enterprise)).toBe(cached);
  });

  it('tells how often it answered from memory, and how old the oldest of these tokens was', async () => {
    let now = 1_700_000_000_000;
    await using box = await startBox({ expiresInSeconds: 3_600, now: () => now });
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now: () => now });
    await source.get(enterprise);
    expect(source.takeUsage()).toEqual({ hits: 0, oldestMs: 0 });
    now += 900_000;
    await source.get(user);
    source.held(enterprise);
    await source.get(enterprise);
    source.held(user);
    expect(source.takeUsage()).toEqual({ hits: 3, oldestMs: 900_000 });
    expect(source.takeUsage()).toEqual({ hits: 0, oldestMs: 0 });
  });

  it('keeps a refusal for half a minute, for that subject alone, and then asks again', async () => {
    let now = Date.now();
    await using box = await startBox({ appSettings: { userTokens: false } });
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box), now: () => now });
    for (let call = 0; call < 20; call++) await expect(source.get(user)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    expect(attempts(box)).toBe(1);
    await expect(source.get(enterprise)).resolves.toBeDefined();
    box.app.change({ userTokens: true });
    now += 30_000;
    await expect(source.get(user)).resolves.toBeDefined();
  });
});

describe('a reset client secret', () => {
  it('is picked up from its new version without a deploy', async () => {
    await using box = await startBox();
    let secret = { value: box.app.clientSecret, versionId: 'v1' };
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box, () => secret) });
    await source.get(enterprise);
    box.app.resetSecret('a-new-secret');
    secret = { value: 'a-new-secret', versionId: 'v2' };
    await expect(source.mint(enterprise)).resolves.toBeDefined();
  });

  it('is told of once when only time brings its new version, and nobody is put off with a refusal of the old one', async () => {
    await using box = await startBox({ appSettings: { userTokens: false } });
    let versionId = 'v1';
    const { clientId, clientSecret, enterpriseId } = box.app;
    const read = async () => ({ clientId, clientSecret: new Redacted(clientSecret), enterpriseId, versionId });
    const events: string[] = [];
    const observe = ({ kind }: { readonly kind: string }) => events.push(kind);
    const source = createTokenSource({ apiUrl: box.url, credentials: { get: read, reread: read }, observe });
    await expect(source.get(user)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    box.app.change({ userTokens: true });
    versionId = 'v2';
    await source.get(enterprise);
    await expect(source.get(user)).resolves.toBeDefined();
    expect(events.filter((kind) => kind === 'secretVersionChanged')).toHaveLength(1);
  });

  it.each(['invalid_client', 'invalid_grant', 'unauthorized_client'])(
    'is taken for the cause of %s, and its new version tried once',
    async (error) => {
      await using box = await startBox();
      let secret = { value: box.app.clientSecret, versionId: 'v1' };
      const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box, () => secret) });
      await source.get(enterprise);
      secret = { ...secret, versionId: 'v2' };
      box.faults.once({ path: '/oauth2/token' }, { kind: 'status', status: 400, body: { error } });
      await expect(source.mint(user)).resolves.toBeDefined();
      expect(attempts(box)).toBe(3);
    },
  );

  it('costs one refusal and no second try while the version is the same', async () => {
    await using box = await startBox();
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box, () => ({ value: 'wrong', versionId: 'v1' })) });
    await expect(source.get(user)).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    expect(attempts(box)).toBe(1);
  });
});
