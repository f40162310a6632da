import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Clock } from '../clock.ts';
import { call, get, mint, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';

const clock = new Clock();
let box: BoxSimulator;
let service: string;
beforeEach(async () => {
  box = await startBox({ users: 40, contentFolders: 8, now: clock.now, expiresInSeconds: 1e8 });
  for (let index = 3; index < 40; index++) box.enterprise.change(String(11_000_001 + index), { status: 'active', role: 'user' });
  service = await mint(box);
});
afterEach(() => box.close());

const ask = (method: string, path: string, body?: unknown, token = service) => call(box, token, method, `/2.0${path}`, body);
const actions = () => box.journal.effects.map(({ action, itemId }) => `${action} ${itemId}`);

describe('a user', () => {
  test('comes, is found, changes and goes', async () => {
    const { body } = await ask('POST', '/users', { name: 'Nora', login: 'nora@northwind.example', space_amount: -1 });
    expect(body).toMatchObject({ id: '11000041', login: 'nora@northwind.example', status: 'active', space_amount: -1 });
    expect((await ask('GET', '/users?filter_term=nora@')).body.entries).toMatchObject([{ id: body.id }]);
    expect((await ask('POST', '/users', { name: 'Nora', login: 'NORA@northwind.example' })).body).toMatchObject({
      status: 409,
      code: 'user_login_already_used',
    });
    const token = await mint(box, body.id);
    expect((await ask('PUT', `/users/${body.id}`, { status: 'inactive' })).body.status).toBe('inactive');
    expect((await get(box, '/2.0/users/me', token)).status).toBe(401);
    await expect(mint(box, body.id)).rejects.toThrow('invalid_grant');
    expect((await ask('DELETE', `/users/${body.id}`)).status).toBe(204);
    expect((await ask('GET', `/users/${body.id}`)).status).toBe(404);
    expect(actions()).toEqual(['NEW_USER 11000041', 'EDIT_USER 11000041', 'DELETE_USER 11000041']);
  });

  test('with content stays unless it is forced, and then all of it is lost', async () => {
    const owner = await mint(box, '11000007');
    const { file } = await upload(box, owner, { name: 'a', content: 'x' });
    await ask(
      'POST',
      '/collaborations',
      { item: { type: 'file', id: file.id }, accessible_by: { type: 'user', id: '11000009' }, role: 'viewer' },
      owner,
    );
    expect((await ask('DELETE', '/users/11000007')).status).toBe(400);
    expect((await ask('DELETE', '/users/11000007?force=true')).status).toBe(204);
    expect((await ask('GET', `/files/${file.id}`, undefined, await mint(box, '11000009'))).status).toBe(404);
    expect((await get(box, '/2.0/users/me', owner)).status).toBe(401);
  });

  test('who is rolled out is in the enterprise no more', async () => {
    const { users } = box.enterprise;
    expect((await ask('PUT', '/users/11000007', { enterprise: null })).status).toBe(200);
    expect(box.enterprise.users).toBe(users - 1);
    expect((await ask('GET', '/users/11000007')).status).toBe(404);
    await expect(mint(box, '11000007')).rejects.toThrow('invalid_grant');
  });

  test('above the caller is not his to change', async () => {
    expect((await ask('PUT', '/users/11000002', { status: 'inactive' })).status).toBe(403);
    expect((await ask('DELETE', '/users/11000003?force=true')).status).toBe(403);
    expect((await ask('PUT', '/users/11000005', { status: 'asleep' })).status).toBe(400);
    expect((await ask('PUT', '/users/11000005', { name: 'x' }, await mint(box, '11000006'))).status).toBe(403);
    box.app.change({ scopes: ['root_readwrite'] });
    expect((await ask('PUT', '/users/11000005', { name: 'x' }, await mint(box))).status).toBe(403);
  });

  test('who leaves in the middle of a walk makes nobody be passed over', async () => {
    const seen: string[] = [];
    let marker = '';
    do {
      const { body } = await ask('GET', `/users?usemarker=true&limit=7&fields=id&marker=${marker}`);
      seen.push(...body.entries.map(({ id }: { id: string }) => id));
      marker = body.next_marker ?? '';
      const gone = seen.filter((id) => Number(id) > 11_000_003).at(-2);
      if (gone && box.enterprise.user(gone)) await ask('DELETE', `/users/${gone}?force=true`);
    } while (marker);
    expect(seen).toEqual(Array.from({ length: 40 }, (_, index) => String(11_000_001 + index)));
  });

  test('whose sessions are ended needs new tokens', async () => {
    const token = await mint(box, '11000007');
    expect((await ask('POST', '/users/terminate_sessions', { user_ids: ['11000007'], user_logins: [] })).status).toBe(202);
    expect((await get(box, '/2.0/users/me', token)).status).toBe(401);
    expect((await get(box, '/2.0/users/me', service)).status).toBe(200);
  });
});

describe('a transfer of content', () => {
  const owned = (id: string) => box.enterprise.contentTotals(id);

  test('is answered before it is done; until then the account is locked', async () => {
    const [before, has] = [owned('11000007'), owned('11000001')];
    const { status, body } = await ask('PUT', '/users/11000007/folders/0', { owned_by: { id: '11000001' } });
    expect([status, body.owned_by.id]).toEqual([200, '11000001']);
    expect(owned('11000007').folders).toBe(before.folders);
    expect(await ask('DELETE', '/users/11000007?force=true')).toMatchObject({
      status: 409,
      body: { message: expect.stringContaining('locked') },
    });
    expect((await ask('PUT', '/users/11000007/folders/0', { owned_by: { id: '11000001' } })).status).toBe(409);
    clock.advance(1500);
    await ask('GET', '/users/me');
    const half = owned('11000007');
    expect(half.folders + half.files).toBeLessThan(before.folders + before.files);
    clock.advance(500);
    expect((await ask('DELETE', '/users/11000007')).status).toBe(204);
    expect(owned('11000001')).toEqual({
      folders: has.folders + before.folders + 1,
      files: has.files + before.files,
      webLinks: has.webLinks + before.webLinks,
      bytes: has.bytes + before.bytes,
    });
    const items = await ask('GET', `/folders/${body.id}/items?limit=1000`, undefined, await mint(box, '11000001'));
    expect(items.body.entries.length).toBeGreaterThan(0);
  });

  test('needs a receiver who can have it', async () => {
    const to = (id: string) => ask('PUT', '/users/11000007/folders/0', { owned_by: { id } });
    box.enterprise.change('11000008', { status: 'inactive' });
    expect([(await to('11000008')).status, (await to('11000002')).status, (await to('11999999')).status]).toEqual([403, 403, 404]);
  });
});

describe('groups', () => {
  test('are paged by offset only, and know their members', async () => {
    const { body } = await ask('GET', '/groups?limit=1&usemarker=true');
    expect(body).toMatchObject({ offset: 0, limit: 1 });
    expect(body).not.toHaveProperty('next_marker');
    const [group] = body.entries;
    const members = (await ask('GET', `/groups/${group.id}/memberships?limit=1000`)).body;
    const [{ user }] = members.entries;
    const own = (await ask('GET', `/users/${user.id}/memberships`)).body.entries;
    expect(own.map((membership: { group: { id: string } }) => membership.group.id)).toContain(group.id);
    expect((await ask('POST', '/group_memberships', { user: { id: user.id }, group: { id: group.id } })).status).toBe(409);
    await ask('DELETE', `/users/${user.id}?force=true`);
    expect((await ask('GET', `/groups/${group.id}/memberships?limit=1000`)).body.total_count).toBe(members.total_count - 1);
    expect((await ask('POST', '/groups', { name: group.name.toUpperCase() })).status).toBe(409);
  });
});
