import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { get, mint, send } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';

const start = Date.UTC(2026, 10, 22, 2);
let clock = start;
let box: BoxSimulator;
beforeEach(async () => {
  clock = start;
  box = await startBox({ users: 20, contentFolders: 5, now: () => clock });
});
afterEach(() => box.close());

const invalidToken = 'Bearer realm="Service", error="invalid_token", error_description="The access token provided is invalid."';
const insufficientScope =
  'Bearer realm="Service", error="insufficient_scope", error_description="The request requires higher privileges than provided by the access token."';

async function refused(path: string, token: string, headers: Record<string, string> = {}) {
  const answer = await get(box, path, token, headers);
  return { status: answer.status, reason: answer.headers.get('www-authenticate'), text: answer.text };
}

describe('a token', () => {
  test('lives until its time by the clock, then is a 401 with the reason in the header and no body', async () => {
    const answer = await send(box, '/oauth2/token', { method: 'POST', body: tokenForm() });
    const { access_token: token, expires_in: seconds } = JSON.parse(answer.text);
    clock += seconds * 1000 - 1;
    expect((await get(box, '/2.0/users/me', token)).status).toBe(200);
    clock += 1;
    expect(await refused('/2.0/users/me', token)).toEqual({ status: 401, reason: invalidToken, text: '' });
  });

  test('does not end when another is minted, only when it is revoked', async () => {
    const [first, second] = [await mint(box), await mint(box)];
    expect((await get(box, '/2.0/users/me', first)).status).toBe(200);
    const form = tokenForm();
    form.set('token', first);
    expect(await send(box, '/oauth2/revoke', { method: 'POST', body: form })).toMatchObject({ status: 200, text: '' });
    expect((await get(box, '/2.0/users/me', first)).status).toBe(401);
    expect((await get(box, '/2.0/users/me', second)).status).toBe(200);
    box.tokens.revokeAll();
    expect((await get(box, '/2.0/users/me', second)).status).toBe(401);
  });

  test('keeps the scopes with which it was minted', async () => {
    const before = await mint(box);
    box.app.change({ scopes: ['root_readonly'] });
    expect((await get(box, '/2.0/users', before)).status).toBe(200);
    expect(await refused('/2.0/users', await mint(box))).toEqual({ status: 403, reason: insufficientScope, text: '' });
  });

  test('that is missing is a 401 without an error', async () => {
    expect((await send(box, '/2.0/users/me')).headers.get('www-authenticate')).toBe('Bearer realm="Service"');
  });
});

describe('who may see what', () => {
  test('a user without rights may not list users, an administrator may', async () => {
    expect(await refused('/2.0/users', await mint(box, '11000001'))).toMatchObject({ status: 403, reason: insufficientScope });
    expect((await get(box, '/2.0/users', await mint(box, '11000002'))).status).toBe(200);
  });

  test('with App Access Only there are no managed users', async () => {
    box.app.change({ access: 'app' });
    const token = await mint(box);
    expect(JSON.parse((await get(box, '/2.0/users', token)).text)).toMatchObject({ total_count: 0, entries: [] });
    expect((await get(box, '/2.0/users/11000001', token)).status).toBe(404);
  });

  test('the service account has an empty root of its own', async () => {
    const body = JSON.parse((await get(box, '/2.0/folders/0/items', await mint(box))).text);
    expect(body).toMatchObject({ total_count: 0, entries: [] });
  });

  test("somebody else's folder is a 404 with Box's body", async () => {
    const own = JSON.parse((await get(box, '/2.0/folders/0/items', await mint(box, '11000001'))).text);
    const { id } = own.entries[0];
    const answer = await get(box, `/2.0/folders/${id}`, await mint(box, '11000002'));
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toEqual({
      type: 'error',
      status: 404,
      code: 'not_found',
      context_info: {
        errors: [
          { reason: 'invalid_parameter', name: 'folder', message: `Invalid value 'd_${id}'. 'folder' with value 'd_${id}' not found` },
        ],
      },
      help_url: 'http://developers.box.com/docs/#errors',
      message: 'Not Found',
      request_id: answer.headers.get('box-request-id'),
    });
  });

  test('as-user needs its switch, an administrator, and a user', async () => {
    const asUser = (id: string) => ({ 'as-user': id });
    const service = await mint(box);
    expect(JSON.parse((await get(box, '/2.0/users/me', service, asUser('11000001'))).text).id).toBe('11000001');
    expect((await refused('/2.0/users/me', service, asUser(box.enterprise.serviceAccount.id))).status).toBe(403);
    expect((await refused('/2.0/users/me', await mint(box, '11000001'), asUser('11000002'))).status).toBe(403);
    box.app.change({ asUser: false });
    expect(await refused('/2.0/users/me', await mint(box), asUser('11000001'))).toMatchObject({ status: 403, reason: insufficientScope });
  });

  test('what is not simulated is a 405 that says so', async () => {
    const answer = await get(box, '/2.0/hubs', await mint(box));
    expect(answer.status).toBe(405);
    expect(JSON.parse(answer.text).message).toBe('The Box simulator has no GET /2.0/hubs.');
  });
});

describe('the budget of 1,000 calls a minute', () => {
  test('is counted per user and says when to come back', async () => {
    await using small = await startBox({ users: 5, contentFolders: 5, ratePerMinute: 3, now: () => clock });
    const [one, other] = [await mint(small, '11000001'), await mint(small, '11000002')];
    for (let call = 0; call < 3; call++) expect((await get(small, '/2.0/users/me', one)).status).toBe(200);
    clock += 20_000;
    const answer = await get(small, '/2.0/users/me', one);
    expect(answer.status).toBe(429);
    expect(answer.headers.get('retry-after')).toBe('40');
    expect(JSON.parse(answer.text)).toMatchObject({ type: 'error', status: 429, code: 'rate_limit_exceeded' });
    expect((await get(small, '/2.0/users/me', other)).status).toBe(200);
    clock += 40_000;
    expect((await get(small, '/2.0/users/me', one)).status).toBe(200);
  });

  test('every answer carries the date of the clock', async () => {
    expect((await send(box, '/2.0/users/me')).headers.get('date')).toBe(new Date(start).toUTCString());
  });
});

function tokenForm(): URLSearchParams {
  const { clientId, clientSecret, enterpriseId } = box.app;
  return new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    box_subject_type: 'enterprise',
    box_subject_id: enterpriseId,
  });
}
