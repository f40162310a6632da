import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { networkClientFor } from '../../../lib/box/network-client.ts';
import { retryWithin } from '../../../lib/box/retry.ts';
import { closeConnections } from '../../../lib/http/origin.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { managersFor } from './managers.ts';

afterEach(closeConnections);

const calls = (box: BoxSimulator, path: string) => box.journal.entries.filter((entry) => entry.path === path);
const mints = (box: BoxSimulator) => calls(box, '/oauth2/token').length;

describe('a manager of the SDK over our ports', () => {
  it('lists users with their types', async () => {
    await using box = await startBox({ users: 5 });
    const { entries = [] } = await managersFor(box).users.getUsers({ usemarker: true, limit: 1000 });
    expect(entries).toHaveLength(5);
    expect(entries[0]?.createdAt?.value).toBeInstanceOf(Date);
  });

  it('never sends an expired token', async () => {
    let now = Date.now();
    await using box = await startBox({ now: () => now });
    const { users } = managersFor(box, { now: () => now });
    for (let hour = 0; hour < 5; hour++) {
      await users.getUserMe();
      now += 4_200_000;
    }
    expect(calls(box, '/2.0/users/me').map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(mints(box)).toBe(5);
  });

  it('renews a revoked token once for fifty calls, and all of them succeed', async () => {
    await using box = await startBox();
    const { users } = managersFor(box);
    await users.getUserMe();
    box.tokens.revokeAll();
    await Promise.all(Array.from({ length: 50 }, () => users.getUserMe()));
    expect(mints(box)).toBe(2);
  });

  it('gives up after two renewals when Box refuses the new tokens too', async () => {
    await using box = await startBox();
    box.faults.always(
      { path: '/2.0/users/me' },
      { kind: 'status', status: 401, body: {}, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    );
    await expect(managersFor(box).users.getUserMe()).rejects.toMatchObject({
      code: 'BOX_REQUEST_FAILED',
      status: 401,
      boxCode: 'invalid_token',
    });
    expect(calls(box, '/2.0/users/me')).toHaveLength(3);
    expect(mints(box)).toBe(3);
  });

  it.each([429, 503])('waits as long as Retry-After says after a %i', async (status) => {
    await using box = await startBox();
    box.faults.once({ path: '/2.0/users/me' }, { kind: 'status', status, headers: { 'retry-after': '2' } });
    const startedAt = Date.now();
    await managersFor(box).users.getUserMe();
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(2_000);
    expect(Date.now() - startedAt).toBeLessThan(2_900);
  });

  it('does not begin a wait that does not fit into the run', async () => {
    await using box = await startBox();
    box.faults.always({ path: '/2.0/users/me' }, { kind: 'status', status: 429, headers: { 'retry-after': '100' } });
    await expect(managersFor(box).users.getUserMe()).rejects.toMatchObject({
      status: 429,
      message: expect.stringContaining('does not fit'),
    });
    expect(calls(box, '/2.0/users/me')).toHaveLength(1);
  });

  it.each(['reset', 'truncated'] as const)('repeats a read after the fault "%s"', async (kind) => {
    await using box = await startBox();
    box.faults.once({ path: '/2.0/users/me' }, { kind });
    await expect(managersFor(box).users.getUserMe()).resolves.toMatchObject({ type: 'user' });
  });

  it.each([
    ['a 503', { kind: 'status', status: 503 }],
    ['a lost answer', { kind: 'resetAfterApply' }],
  ] as const)('never sends a POST twice, not even after %s', async (_, fault) => {
    await using box = await startBox();
    const { users } = managersFor(box);
    await users.getUserMe();
    box.faults.always({ method: 'POST', path: '/2.0/users' }, fault);
    await expect(users.createUser({ name: 'Ann', login: 'ann@example.com' })).rejects.toMatchObject({
      code: expect.stringMatching(/^BOX_/),
    });
    expect(calls(box, '/2.0/users')).toHaveLength(1);
  });

  it('sends a POST again after a 429: Box has done nothing', async () => {
    await using box = await startBox();
    box.faults.always({ method: 'POST', path: '/2.0/users' }, { kind: 'status', status: 429, headers: { 'retry-after': '0' } });
    await expect(managersFor(box).users.createUser({ name: 'Ann', login: 'ann@example.com' })).rejects.toMatchObject({ status: 429 });
    expect(calls(box, '/2.0/users')).toHaveLength(5);
  });

  it('refuses a page of HTML', async () => {
    await using box = await startBox();
    box.faults.always({ path: '/2.0/users/me' }, { kind: 'html' });
    await expect(managersFor(box).users.getUserMe()).rejects.toMatchObject({ code: 'BOX_RESPONSE_INVALID' });
  });

  it('ends with the reason of its signal, in a call and in a wait', async () => {
    await using box = await startBox();
    box.faults.once({ path: '/2.0/users/me' }, { kind: 'hang' });
    box.faults.once({ path: '/2.0/users/me' }, { kind: 'status', status: 429, headers: { 'retry-after': '30' } });
    for (const what of ['call', 'wait']) {
      const reason = new Error(what);
      const controller = new AbortController();
      setTimeout(() => controller.abort(reason), 100);
      await expect(managersFor(box, { signal: controller.signal }).users.getUserMe()).rejects.toBe(reason);
    }
  });

  it('fails with what Box said and nothing of the request', async () => {
    await using box = await startBox();
    const error = await managersFor(box)
      .folders.getFolderById('999')
      .catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ status: 404, boxCode: 'not_found', path: '/2.0/folders/999', requestId: expect.any(String) });
    expect((error as Error).message).toMatch(/^Check that .*: Box answered GET \/2\.0\/folders\/999 with 404 not_found, request id \w+\.$/);
    const shown = inspect(error, { depth: 9, showHidden: true });
    expect(shown).not.toContain('Bearer');
    expect(shown).not.toContain(box.app.clientSecret);
  });

  it('fails in one sentence that begins with what to do, whatever Box answers', async () => {
    await using box = await startBox();
    for (const status of [400, 401, 403, 404, 409, 429, 500, 503]) {
      box.faults.once({ path: '/2.0/folders/1' }, { kind: 'status', status, headers: { 'retry-after': '100000' } });
      const call = managersFor(box, { remainingMs: () => 0 }).folders.getFolderById('1');
      await expect(call).rejects.toMatchObject({ message: expect.stringMatching(/^[A-Z][^.]+: Box answered GET [^ ]+ with \d+[^.]*\.$/) });
    }
  });

  it('tells what Box says of it to who asks, and shows it to nobody', async () => {
    await using box = await startBox();
    const message = "Invalid value 'ann.canary@example.com'";
    box.faults.always({ path: '/2.0/folders/1' }, { kind: 'status', status: 400, body: { message, context_info: { login: message } } });
    const error = await managersFor(box)
      .folders.getFolderById('1')
      .catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ boxMessage: message, contextInfo: { login: message } });
    expect(inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error)).not.toContain('canary');
  });

  it('offers no token by another way than its own', async () => {
    await using box = await startBox();
    const { auth } = managersFor(box).users;
    for (const refused of [auth?.revokeToken(), auth?.downscopeToken([])])
      await expect(refused).rejects.toMatchObject({ code: 'BOX_REQUEST_INVALID' });
  });

  it('refuses a body that it has no form for, before anything is sent', async () => {
    const port = { retry: retryWithin({ remainingMs: () => 0 }), signal: new AbortController().signal };
    const request = {
      method: 'POST',
      url: 'https://api.box.com/2.0/x',
      contentType: 'text/xml',
      data: '<x/>',
      responseFormat: 'json',
    } as const;
    await expect(networkClientFor(port).fetch(request)).rejects.toMatchObject({ code: 'BOX_REQUEST_INVALID' });
  });

  it('acts as the managed user that it was made for', async () => {
    await using box = await startBox();
    const { users } = managersFor(box, { subject: { type: 'user', id: '11000001' } });
    await expect(users.getUserMe()).resolves.toMatchObject({ id: '11000001' });
  });

  it('acts as a managed user by header too, with the one token of the service account', async () => {
    await using box = await startBox();
    for (const id of ['11000001', '11000002']) {
      await expect(managersFor(box, { asUser: id }).users.getUserMe()).resolves.toMatchObject({ id });
    }
    box.app.change({ asUser: false });
    box.tokens.revokeAll();
    await expect(managersFor(box, { asUser: '11000001' }).users.getUserMe()).rejects.toMatchObject({ status: 403 });
  });
});
