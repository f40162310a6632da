import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { askToken, get, mint } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import type { Fault } from './fault.ts';

let box: BoxSimulator;
let token: string;
beforeEach(async () => {
  box = await startBox({ users: 30, contentFolders: 5 });
  token = await mint(box);
});
afterEach(() => box.close());

const me = '/2.0/users/me';
const status = async () => (await get(box, me, token)).status;

describe('which requests go wrong', () => {
  test('once: the first that matches, or the nth, and no other', async () => {
    box.faults.once({ path: me, nth: 2 }, { kind: 'status', status: 500 });
    expect([await status(), await status(), await status()]).toEqual([200, 500, 200]);
  });

  test('always: each, or each nth, until cleared', async () => {
    box.faults.always({ method: 'GET', path: /users/, nth: 2 }, { kind: 'status', status: 503 });
    expect([await status(), await status(), await status(), await status()]).toEqual([200, 503, 200, 503]);
    box.faults.clear();
    expect([await status(), await status()]).toEqual([200, 200]);
  });

  test('other methods and paths are left alone', async () => {
    box.faults.always({ method: 'POST' }, { kind: 'status', status: 500 });
    box.faults.always({ path: '/2.0/users' }, { kind: 'status', status: 500 });
    expect(await status()).toBe(200);
  });

  test('random: the same seed, the same requests', async () => {
    const runs = [7, 7, 8].map(async (seed) => {
      await using other = await startBox({ users: 1, contentFolders: 1 });
      const own = await mint(other);
      other.faults.random({
        seed,
        share: 0.4,
        faults: [
          { kind: 'status', status: 500 },
          { kind: 'status', status: 503 },
        ],
      });
      for (let call = 0; call < 30; call++) await get(other, me, own);
      return other.journal.entries.slice(1).map((entry) => entry.status);
    });
    const [one, again, different] = await Promise.all(runs);
    expect(again).toEqual(one);
    expect(different).not.toEqual(one);
    expect(one?.filter((code) => code >= 500).length).toSatisfy((count: number) => count > 3 && count < 25);
  });
});

describe('what goes wrong', () => {
  test('a status, with its headers and body', async () => {
    box.faults.once({}, { kind: 'status', status: 429, headers: { 'retry-after': '7' } });
    const answer = await get(box, me, token);
    expect(answer.headers.get('retry-after')).toBe('7');
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'rate_limit_exceeded', request_id: expect.any(String) });
    box.faults.once({}, { kind: 'status', status: 400, body: { error: 'invalid_grant' } });
    expect((await get(box, me, token)).text).toBe('{"error":"invalid_grant"}');
  });

  test.each<Fault>([{ kind: 'reset' }, { kind: 'resetAfterApply' }, { kind: 'truncated' }])(
    '$kind breaks the connection',
    async (fault) => {
      box.faults.once({ path: me }, fault);
      await expect(get(box, me, token)).rejects.toThrow();
      expect(await status()).toBe(200);
    },
  );

  test('an answer that is lost was applied, one reset before was not', async () => {
    box.faults.once({ path: '/oauth2/token' }, { kind: 'reset' });
    await expect(askToken(box)).rejects.toThrow();
    box.faults.once({ path: '/oauth2/token' }, { kind: 'resetAfterApply' });
    await expect(askToken(box)).rejects.toThrow();
    expect(box.journal.entries.slice(1)).toMatchObject([
      { status: 0, fault: 'reset', tokenFingerprint: undefined },
      { status: 200, fault: 'resetAfterApply', tokenFingerprint: expect.stringMatching(/^[0-9a-f]{8}$/) },
    ]);
  });

  test('a hang never answers, and does not keep the simulator from closing', async () => {
    box.faults.once({}, { kind: 'hang' });
    const hung = get(box, me, token).then(
      () => 'answered',
      () => 'ended',
    );
    const first = await Promise.race([hung, new Promise((resolve) => setTimeout(resolve, 150, 'waiting'))]);
    expect(first).toBe('waiting');
    await box.close();
    expect(await hung).toBe('ended');
  });

  test('slow answers come, later', async () => {
    box.faults.once({}, { kind: 'slow', milliseconds: 80 });
    const before = performance.now();
    expect(await status()).toBe(200);
    expect(performance.now() - before).toBeGreaterThanOrEqual(75);
  });

  test('a page of HTML, and an empty body', async () => {
    box.faults.once({}, { kind: 'html' });
    const page = await get(box, me, token);
    expect(page).toMatchObject({ status: 200, text: expect.stringMatching(/^<!DOCTYPE html>/) });
    expect(page.headers.get('content-type')).toBe('text/html');
    box.faults.once({}, { kind: 'empty' });
    expect(await get(box, me, token)).toMatchObject({ status: 200, text: '' });
  });

  test('a page that repeats its marker', async () => {
    box.faults.always({ path: '/2.0/users' }, { kind: 'repeatedMarker' });
    const first = JSON.parse((await get(box, '/2.0/users?usemarker=true&limit=10', token)).text);
    const second = JSON.parse((await get(box, `/2.0/users?usemarker=true&limit=10&marker=${first.next_marker}`, token)).text);
    expect(second.next_marker).toBe(first.next_marker);
  });

  test.each([[1], [undefined]])('expires_in of %s', async (seconds) => {
    box.faults.once({ path: '/oauth2/token' }, { kind: 'expiresIn', seconds });
    expect(JSON.parse((await askToken(box)).text).expires_in).toBe(seconds);
  });
});
