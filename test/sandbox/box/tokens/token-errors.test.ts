import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { officialClient } from '../contract/official-client.ts';
import { askToken, get, mint, send } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import type { AppSettings } from './app-settings.ts';

let box: BoxSimulator;
beforeEach(async () => {
  box = await startBox({ users: 60, contentFolders: 5 });
});
afterEach(() => box.close());

const clientCredentials = '{"error":"invalid_client","error_description":"The client credentials are invalid"}';
const grantCredentials = '{"error":"invalid_grant","error_description":"Grant credentials are invalid"}';
const notAuthorized = '{"error":"unauthorized_client","error_description":"This app is not authorized by the enterprise admin"}';
const subjectType =
  '{"error":"unauthorized_client","error_description":"The \\"box_subject_type\\" value is unauthorized for this client_id"}';
const grantType = '{"error":"unauthorized_client","error_description":"The grant type is unauthorized for this client_id"}';
const invalidRequest = '{"error":"invalid_request","error_description":"Invalid grant_type parameter or parameter missing"}';
const scope = '{"error":"insufficient_scope","error_description":"Insufficient permissions for the requested scope."}';

interface SdkCase {
  readonly why: string;
  readonly body: string;
  readonly settings?: Partial<AppSettings>;
  readonly subject?: Parameters<typeof officialClient>[1];
}

const sdkCases: readonly SdkCase[] = [
  { why: 'wrong client id and secret pair', body: clientCredentials, subject: { clientSecret: 'another' } },
  { why: 'wrong enterprise id', body: grantCredentials, subject: { enterpriseId: '1' } },
  { why: 'unknown or deleted user', body: grantCredentials, subject: { userId: '11999999' } },
  { why: 'managed user under App Access Only', body: grantCredentials, subject: { userId: '11000001' }, settings: { access: 'app' } },
  { why: 'user tokens not enabled', body: grantCredentials, subject: { userId: '11000001' }, settings: { userTokens: false } },
  { why: 'app not authorized, enterprise', body: notAuthorized, settings: { authorized: false } },
  { why: 'app not authorized, user', body: notAuthorized, subject: { userId: '11000001' }, settings: { authorized: false } },
  { why: 'standard OAuth 2.0 app', body: subjectType, settings: { authMethod: 'oauth2' } },
];

describe("a refused grant, as Box's SDK meets it", () => {
  test.each(sdkCases)('$why', async ({ body, settings = {}, subject }) => {
    box.app.change(settings);
    const refused = officialClient(box, subject).users.getUserMe();
    await expect(refused).rejects.toMatchObject({ responseInfo: { statusCode: 400, rawBody: body } });
    expect(box.journal.entries.map(({ path }) => path)).toEqual(['/oauth2/token']);
  });

  test('inactive user, from one moment to the next', async () => {
    await mint(box, '11000001');
    box.enterprise.change('11000001', { status: 'inactive' });
    const refused = officialClient(box, { userId: '11000001' }).users.getUserMe();
    await expect(refused).rejects.toMatchObject({ responseInfo: { rawBody: grantCredentials } });
  });

  test('after a reset in the console, until the new secret is used', async () => {
    const token = await mint(box);
    const old = box.app.clientSecret;
    box.app.resetSecret('new-secret');
    expect((await askToken(box, { client_secret: old })).text).toBe(clientCredentials);
    expect((await get(box, '/2.0/users/me', token)).status).toBe(200);
    await mint(box);
  });
});

describe('a token request that the SDK would not send', () => {
  test.each([
    { why: 'no subject type', changes: { box_subject_type: undefined }, body: subjectType },
    { why: 'no subject id', changes: { box_subject_id: undefined }, body: subjectType },
    { why: 'no subject at all', changes: { box_subject_type: undefined, box_subject_id: undefined }, body: subjectType },
    { why: 'no client secret', changes: { client_secret: undefined }, body: clientCredentials },
    { why: 'no grant type', changes: { grant_type: undefined }, body: invalidRequest },
    { why: 'unknown grant type', changes: { grant_type: 'password' }, body: invalidRequest },
    { why: 'JWT grant', changes: { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer' }, body: grantType },
    {
      why: 'token exchange without a token',
      changes: { grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange' },
      body: invalidRequest,
    },
    { why: 'a scope that the app lacks', changes: { scope: 'root_readwrite manage_legal_hold' }, body: scope },
  ])('$why', async ({ changes, body }) => {
    expect(await askToken(box, changes)).toMatchObject({ status: 400, text: body });
  });

  test('JSON instead of a form', async () => {
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ grant_type: 'client_credentials', client_id: box.app.clientId });
    expect(await send(box, '/oauth2/token', { method: 'POST', headers, body })).toMatchObject({ status: 400, text: invalidRequest });
  });

  test('trailing slash', async () => {
    const body = new URLSearchParams({ grant_type: 'client_credentials' });
    expect(await send(box, '/oauth2/token/', { method: 'POST', body })).toMatchObject({ status: 400, text: invalidRequest });
  });
});

test('a granted token says what Box says, and the lifetime varies', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => askToken(box)));
  const bodies = answers.map(({ text }) => JSON.parse(text));
  expect(Object.keys(bodies[0])).toEqual(['access_token', 'expires_in', 'restricted_to', 'token_type']);
  expect(new Set(bodies.map((body) => body.access_token)).size).toBe(20);
  expect(new Set(bodies.map((body) => body.expires_in)).size).toBeGreaterThan(5);
  for (const { expires_in } of bodies) expect(expires_in).toSatisfy((seconds: number) => seconds >= 3646 && seconds <= 4175);
});
