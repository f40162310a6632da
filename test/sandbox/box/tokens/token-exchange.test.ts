import { afterEach, beforeEach, expect, test } from 'vitest';
import { call, mint, send, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';

let box: BoxSimulator;
let owner: string;
let folder: string;
let inside: string;
let outside: string;
beforeEach(async () => {
  box = await startBox({ users: 3, contentFolders: 3 });
  owner = await mint(box, '11000001');
  folder = (await call(box, owner, 'POST', '/2.0/folders', { name: 'x', parent: { id: '0' } })).body.id;
  inside = (await upload(box, owner, { name: 'a', folder, content: 'x' })).file.id;
  outside = (await upload(box, owner, { name: 'b', content: 'x' })).file.id;
});
afterEach(() => box.close());

async function exchange(fields: Record<string, string>) {
  const form = {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    subject_token: owner,
    ...fields,
  };
  const answer = await send(box, '/oauth2/token', { method: 'POST', body: new URLSearchParams(form) });
  return { ...answer, body: JSON.parse(answer.text) };
}

test('a downscoped token does what its scopes say, on its item alone', async () => {
  const { body } = await exchange({ scope: 'item_preview item_download', resource: `https://api.box.com/2.0/folders/${folder}` });
  expect(body).toMatchObject({
    token_type: 'bearer',
    restricted_to: [{ scope: 'item_preview', object: { type: 'folder', id: folder } }, { scope: 'item_download' }],
  });
  const token = body.access_token;
  const status = async (method: string, path: string, json?: unknown) => (await call(box, token, method, path, json)).status;
  expect(await status('GET', `/2.0/files/${inside}`)).toBe(200);
  expect(await status('GET', `/2.0/files/${inside}/content`)).toBe(200);
  expect(await status('GET', `/2.0/files/${outside}`)).toBe(404);
  expect(await status('PUT', `/2.0/files/${inside}`, { name: 'y' })).toBe(403);
  expect(await status('DELETE', `/2.0/files/${inside}`)).toBe(403);
  expect(await status('GET', '/2.0/users')).toBe(403);
});

test('it lives no longer than its subject, and can be revoked by itself', async () => {
  const { body } = await exchange({ scope: 'base_upload' });
  expect(body.expires_in).toBeLessThanOrEqual(4175);
  expect((await upload(box, body.access_token, { name: 'c', folder, content: 'x' })).status).toBe(201);
  const { clientId, clientSecret } = box.app;
  await send(box, '/oauth2/revoke', {
    method: 'POST',
    body: new URLSearchParams({ client_id: clientId, client_secret: clientSecret, token: body.access_token }),
  });
  expect((await upload(box, body.access_token, { name: 'd', folder, content: 'x' })).status).toBe(401);
  expect((await call(box, owner, 'GET', '/2.0/users/me')).status).toBe(200);
});

test('what the subject token does not have is not given', async () => {
  box.app.change({ scopes: ['root_readonly'] });
  const poor = await mint(box, '11000001');
  expect(await exchange({ subject_token: poor, scope: 'root_readwrite' })).toMatchObject({ status: 401, body: { error: 'invalid_scope' } });
  const { body } = await exchange({ scope: 'item_preview' });
  expect((await exchange({ subject_token: body.access_token, scope: 'item_download' })).status).toBe(401);
  expect((await exchange({ subject_token: 'unknown', scope: 'item_preview' })).body.error).toBe('invalid_grant');
  expect((await exchange({ scope: 'item_preview', resource: 'https://api.box.com/2.0/files/1' })).body.error).toBe('invalid_resource');
});
