import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { itemFields } from '../content/item-fields.ts';
import { askToken, call, get, mint, send, upload } from '../http/box-http.ts';
import type { Exchange } from '../http/exchange.ts';
import { userFields } from '../people/user-fields.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import { type Contract, openContract } from './contract.ts';
import { officialClient } from './official-client.ts';

const path = process.env.BOX_OPENAPI;
if (!path)
  console.log("Skipped: the simulator's contract. Set BOX_OPENAPI to Box's openapi.json (github.com/box/box-openapi) to check it.");

describe.skipIf(!path)("Box's own description", () => {
  let contract: Contract;
  let box: BoxSimulator;
  const exchanges: Exchange[] = [];

  beforeAll(async () => {
    contract = openContract(path ?? '');
    box = await startBox({ users: 1200, contentFolders: 120, onExchange: (exchange) => exchanges.push(exchange) });
  });
  afterAll(() => box.close());

  function violations(): readonly string[] {
    return exchanges.splice(0).flatMap((exchange) => contract.checkExchange(exchange));
  }

  test("agrees with every answer to Box's SDK, and with every request of it", async () => {
    const service = officialClient(box);
    const user = officialClient(box, { userId: '11000001' });
    await service.users.getUsers({ usemarker: true, limit: 1000 });
    await service.users.getUsers({ offset: 1000, limit: 1000, fields: Object.keys(userFields) });
    await service.users.getUserMe();
    await service.users.getUserById('11000004', { queryParams: { fields: Object.keys(userFields) } });
    const root = await user.folders.getFolderById('0');
    const { entries = [] } = await user.folders.getFolderItems('0', { queryParams: { limit: 1000 } });
    await user.folders.getFolderItems('0', { queryParams: { usemarker: true, limit: 20 } });
    await user.folders.getFolderItems('0', { queryParams: { fields: allItemFields(), sort: 'date', direction: 'DESC' } });
    for (const item of entries.slice(0, 5))
      await user.folders.getFolderById(item.id, { queryParams: { fields: Object.keys(itemFields.folder) } });
    for (const item of entries.filter(({ type }) => type === 'file').slice(0, 5)) {
      await user.files.getFileById(item.id);
      await user.files.getFileById(item.id, { queryParams: { fields: Object.keys(itemFields.file) } });
    }
    await user.auth.revokeToken(user.networkSession);
    expect(root.id).toBe('0');
    expect(exchanges.length).toBeGreaterThan(15);
    expect(violations()).toEqual([]);
  });

  test('agrees with every item of a tree, web links too', async () => {
    const token = await mint(box, '11000001');
    const queue = ['0'];
    for (const folder of queue) {
      for (const query of ['', `fields=${allItemFields()}`]) {
        const { entries } = JSON.parse((await get(box, `/2.0/folders/${folder}/items?limit=1000&${query}`, token)).text);
        if (query === '')
          queue.push(...entries.filter(({ type }: { type: string }) => type === 'folder').map(({ id }: { id: string }) => id));
      }
    }
    expect(queue).toHaveLength(121);
    expect(violations()).toEqual([]);
  });

  test('agrees with refusals and errors', async () => {
    const token = await mint(box);
    await askToken(box, { client_secret: 'another' });
    await get(box, '/2.0/users/me', 'unknown');
    await get(box, '/2.0/users', await mint(box, '11000001'));
    await get(box, '/2.0/users/1', token);
    await get(box, '/2.0/folders/1', token);
    await get(box, '/2.0/files/1', token);
    await get(box, '/2.0/users?offset=10001', token);
    await get(box, '/2.0/users?usemarker=true&marker=abc', token);
    box.faults.once({}, { kind: 'status', status: 429 });
    await get(box, '/2.0/users', token);
    expect(exchanges.map(({ status }) => status)).toEqual([200, 400, 401, 200, 403, 404, 404, 404, 400, 400, 429]);
    expect(violations()).toEqual([]);
  });

  test('agrees with what is in the way: a taken name, another version, a missing right, a bad upload, a wrong webhook', async () => {
    const [owner, other] = [await mint(box, '11000001'), await mint(box, '11000003')];
    const folder = (await call(box, owner, 'POST', '/2.0/folders', { name: 'Contract', parent: { id: '0' } })).body.id;
    const { file } = await upload(box, owner, { name: 'a', folder, content: 'x' });
    const item = { type: 'folder', id: folder };
    const viewer = { item, accessible_by: { type: 'user', id: '11000003' }, role: 'viewer' };
    await call(box, owner, 'POST', '/2.0/collaborations', viewer);
    const hook = { target: item, address: `${box.url}/hook`, triggers: ['FILE.UPLOADED'] };
    await call(box, owner, 'POST', '/2.0/webhooks', hook);
    expect(violations()).toEqual([]);

    const session = { folder_id: folder, file_name: 'big', file_size: 30_000_000 };
    const part = (await call(box, owner, 'POST', '/api/2.0/files/upload_sessions', session)).body;
    const asked: readonly (readonly [number, () => Promise<{ readonly status: number }>])[] = [
      [409, () => call(box, owner, 'POST', '/2.0/folders', { name: 'contract', parent: { id: '0' } })],
      [409, () => call(box, owner, 'OPTIONS', '/2.0/files/content', { name: 'a', size: 1, parent: { id: folder } })],
      [409, () => upload(box, owner, { name: 'a', folder, content: 'x' })],
      [404, () => upload(box, owner, { name: 'b', folder: '1', content: 'x' })],
      [412, () => upload(box, owner, { name: 'a', fileId: file.id, content: 'y', headers: { 'if-match': '9' } })],
      [412, () => call(box, owner, 'PUT', `/2.0/files/${file.id}`, { name: 'b' }, { 'if-match': '9' })],
      [412, () => call(box, owner, 'DELETE', `/2.0/folders/${folder}?recursive=true`, undefined, { 'if-match': '9' })],
      [403, () => call(box, other, 'PUT', `/2.0/files/${file.id}`, { name: 'b' })],
      [403, () => upload(box, other, { name: 'b', folder, content: 'x' })],
      [400, () => call(box, owner, 'POST', '/2.0/collaborations', viewer)],
      [409, () => call(box, owner, 'POST', `/api/2.0/files/upload_sessions/${part.id}/commit`, { parts: [] }, { digest: 'sha=x' })],
      [404, () => call(box, owner, 'GET', '/api/2.0/files/upload_sessions/unknown')],
      [409, () => call(box, owner, 'POST', '/2.0/webhooks', hook)],
      [400, () => call(box, owner, 'POST', '/2.0/webhooks', { ...hook, target: { type: 'folder', id: '0' } })],
      [400, () => call(box, owner, 'POST', '/2.0/webhooks', { ...hook, address: 'https://example.com/' })],
      [404, () => call(box, other, 'DELETE', '/2.0/webhooks/7000000')],
    ];
    for (const [status, ask] of asked) expect((await ask()).status, String(ask)).toBe(status);
    expect(violations()).toEqual([]);
  });

  test('finds what is wrong', async () => {
    await send(box, '/oauth2/token', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(violations()).toEqual(['post_oauth2_token: content type application/json is not described']);
    expect(contract.checkRequest('GET', '/2.0/users?limit=1001&colour=red&usemarker=maybe', {}, '')).toHaveLength(3);
    expect(contract.checkRequest('GET', '/2.0/nothing', {}, '')).toHaveLength(1);
    expect(contract.checkResponse('GET', '/2.0/users/me', 200, '{"type":"user"}')).toHaveLength(1);
    expect(contract.checkResponse('GET', '/2.0/users/me', 200, '{"type":"user","id":"1","name":null}')).toHaveLength(1);
    expect(contract.checkResponse('GET', '/2.0/users/me', 200, '{"type":"user","id":"1","colour":"red"}')).toHaveLength(1);
    expect(contract.checkResponse('GET', '/2.0/users', 200, '{"entries":[{"type":"user","id":"1","colour":"red"}]}')).toHaveLength(1);
    expect(contract.checkResponse('GET', '/2.0/users/me', 200, '{"type":"user","id":"1","notification_email":null}')).toEqual([]);
    expect(contract.checkResponse('GET', '/2.0/users/me', 200, '')).toHaveLength(1);
    expect(contract.checkResponse('GET', '/2.0/users/me', 404, '<html>')).toHaveLength(1);
  });
});

function allItemFields(): string[] {
  return [...new Set(Object.values(itemFields).flatMap((table) => Object.keys(table)))];
}
