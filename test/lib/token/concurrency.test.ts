import { afterEach, describe, expect, it } from 'vitest';
import { closeConnections } from '../../../lib/http/origin.ts';
import { Redacted } from '../../../lib/token/redacted.ts';
import type { Subject } from '../../../lib/token/subject.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import { startBox } from '../../sandbox/box/server.ts';
import { listen } from '../listen.ts';
import { credentialsOf } from './credentials-of.ts';

afterEach(closeConnections);

const user = (index: number): Subject => ({ type: 'user', id: String(11_000_001 + index) });
const users = (count: number): readonly Subject[] => Array.from({ length: count }, (_, index) => user(index));

describe('token requests', () => {
  it('are ten at a time at most, whoever asks for a hundred', async () => {
    let [open, most, granted] = [0, 0, 0];
    await using server = await listen((request, response) => {
      most = Math.max(most, ++open);
      request.resume().on('end', () =>
        setTimeout(() => {
          open--;
          response.end(JSON.stringify({ access_token: `token-${++granted}`, expires_in: 3_600 }));
        }, 20),
      );
    });
    const read = async () => ({ clientId: 'id', clientSecret: new Redacted('secret'), enterpriseId: '1', versionId: 'v1' });
    const source = createTokenSource({ apiUrl: server.url, credentials: { get: read, reread: read } });
    await Promise.all(users(100).map((subject) => source.get(subject)));
    expect([granted, most]).toEqual([100, 10]);
  });

  it('that wait for their turn end with the signal of whoever asked', async () => {
    await using box = await startBox({ users: 30 });
    box.faults.always({ path: '/oauth2/token' }, { kind: 'hang' });
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box) });
    const over = new AbortController();
    const hanging = Promise.allSettled(users(10).map((subject) => source.get(subject, { signal: over.signal })));
    const startedAt = performance.now();
    await expect(source.get(user(20), { signal: AbortSignal.timeout(200) })).rejects.toMatchObject({ name: 'TimeoutError' });
    // Those before it are given up after ten seconds.
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    over.abort();
    await hanging;
  });

  it('are not kept waiting by runs that wait for a new secret', async () => {
    await using box = await startBox({ users: 30 });
    const wrong = () => ({ value: 'wrong', versionId: 'v1' });
    const source = createTokenSource({ apiUrl: box.url, credentials: credentialsOf(box, wrong), rotationPollMs: 60_000 });
    const over = new AbortController();
    const patient = { signal: over.signal, remainingMs: () => 800_000 };
    const waiting = Promise.allSettled(users(10).map((subject) => source.get(subject, patient)));
    while (box.journal.entries.filter(({ path }) => path === '/oauth2/token').length < 10)
      await new Promise((resolve) => setTimeout(resolve, 5));
    const signal = AbortSignal.timeout(2_000);
    await expect(source.mint({ type: 'enterprise' }, { signal })).rejects.toMatchObject({ code: 'BOX_GRANT_REFUSED' });
    over.abort();
    await waiting;
  });
});
