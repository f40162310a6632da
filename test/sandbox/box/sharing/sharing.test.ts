import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Clock, day } from '../clock.ts';
import { call, mint, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import { externalUser } from './external-user.ts';

const clock = new Clock();
let box: BoxSimulator;
let owner: string;
let other: string;
let folder: string;
let file: string;
beforeEach(async () => {
  box = await startBox({ users: 20, contentFolders: 30, now: clock.now, expiresInSeconds: 1e6 });
  [owner, other] = [await mint(box, '11000001'), await mint(box, '11000003')];
  folder = (await call(box, owner, 'POST', '/2.0/folders', { name: 'Work', parent: { id: '0' } })).body.id;
  file = (await upload(box, owner, { name: 'a.txt', folder, content: 'x' })).file.id;
});
afterEach(() => box.close());

const read = async (token: string, id = file, headers = {}) =>
  (await call(box, token, 'GET', `/2.0/files/${id}`, undefined, headers)).status;
const invite = (accessibleBy: unknown, role = 'viewer', more = {}) =>
  call(box, owner, 'POST', '/2.0/collaborations', { item: { type: 'folder', id: folder }, accessible_by: accessibleBy, role, ...more });

describe('a collaborator', () => {
  test('sees the folder, in his own root, until it is taken back', async () => {
    expect(await read(other)).toBe(404);
    const { body } = await invite({ type: 'user', login: box.enterprise.user('11000003')?.login });
    expect(body).toMatchObject({ status: 'accepted', role: 'viewer', accessible_by: { id: '11000003' } });
    const seen = await call(box, other, 'GET', `/2.0/files/${file}?fields=path_collection,owned_by,parent`);
    expect(seen.body).toMatchObject({ owned_by: { id: '11000001' }, parent: { id: folder } });
    expect(seen.body.path_collection.entries.map(({ id }: { id: string }) => id)).toEqual(['0', folder]);
    const root = (await call(box, other, 'GET', '/2.0/folders/0/items?limit=1000')).body;
    expect(root.entries.map(({ id }: { id: string }) => id)).toContain(folder);
    expect((await call(box, owner, 'DELETE', `/2.0/collaborations/${body.id}`)).status).toBe(204);
    expect(await read(other)).toBe(404);
    expect((await call(box, other, 'GET', `/2.0/collaborations/${body.id}`)).status).toBe(404);
  });

  test('may do what the role allows, and more when it grows', async () => {
    const { body } = await invite({ type: 'user', id: '11000003' });
    const rename = async () => (await call(box, other, 'PUT', `/2.0/files/${file}`, { name: `${Math.random()}` })).status;
    expect([await rename(), (await upload(box, other, { name: 'b', folder, content: 'x' })).status]).toEqual([403, 403]);
    expect((await call(box, other, 'GET', `/2.0/files/${file}/content`)).status).toBe(200);
    await call(box, owner, 'PUT', `/2.0/collaborations/${body.id}`, { role: 'previewer' });
    expect((await call(box, other, 'GET', `/2.0/files/${file}/content`)).status).toBe(403);
    await call(box, owner, 'PUT', `/2.0/collaborations/${body.id}`, { role: 'editor' });
    expect([await rename(), (await upload(box, other, { name: 'b', folder, content: 'x' })).file.owned_by.id]).toEqual([200, '11000001']);
  });

  test('loses it when the time is over', async () => {
    await invite({ type: 'user', id: '11000003' }, 'viewer', { expires_at: new Date(clock.now() + day).toISOString() });
    expect(await read(other)).toBe(200);
    clock.advance(day);
    expect(await read(other)).toBe(404);
  });

  test('through a group sees it as long as he is in the group', async () => {
    const service = await mint(box);
    const { body: group } = await call(box, service, 'POST', '/2.0/groups', { name: 'Night' });
    const { body: membership } = await call(box, service, 'POST', '/2.0/group_memberships', {
      user: { id: '11000003' },
      group: { id: group.id },
    });
    await invite({ type: 'group', id: group.id });
    expect(await read(other)).toBe(200);
    await call(box, service, 'DELETE', `/2.0/group_memberships/${membership.id}`);
    expect(await read(other)).toBe(404);
  });

  test('is one only once, never the owner, and outsiders are asked first', async () => {
    await invite({ type: 'user', id: '11000003' });
    expect(await invite({ type: 'user', id: '11000003' })).toMatchObject({ status: 400, body: { code: 'user_already_collaborator' } });
    expect((await invite({ type: 'user', id: '11000001' })).status).toBe(400);
    const outsider = await invite({ type: 'user', login: 'new@elsewhere.example' });
    expect(outsider.body).toMatchObject({ status: 'pending', accessible_by: null, invite_email: 'new@elsewhere.example' });
    expect(
      (
        await call(box, owner, 'POST', '/2.0/collaborations', {
          item: { type: 'folder', id: '0' },
          accessible_by: { type: 'user', id: '11000003' },
          role: 'viewer',
        })
      ).status,
    ).toBe(403);
  });

  test.each([
    ['accepted', 200, 'COLLABORATION_ACCEPT'],
    ['rejected', 404, 'COLLABORATION_REJECT'],
  ] as const)('who is asked first sees nothing until the invitation is %s, once', async (answer, sees, action) => {
    box.enterprise.acceptsForColleagues = false;
    const { body } = await invite({ type: 'user', id: '11000003' });
    expect(body.status).toBe('pending');
    expect(await read(other)).toBe(404);
    const waiting = await call(box, other, 'GET', '/2.0/collaborations?status=pending');
    expect(waiting.body.entries).toMatchObject([{ id: body.id, item: null }]);
    clock.advance(day);
    const path = `/2.0/collaborations/${body.id}`;
    expect((await call(box, owner, 'PUT', path, { status: answer })).status).toBe(403);
    const answered = await call(box, other, 'PUT', path, { status: answer });
    expect(answered).toMatchObject({ status: 200, body: { status: answer, accessible_by: { id: '11000003' } } });
    expect(Date.parse(answered.body.acknowledged_at) - Date.parse(body.created_at)).toBe(day);
    expect(await read(other)).toBe(sees);
    const root = (await call(box, other, 'GET', '/2.0/folders/0/items?limit=1000')).body.entries;
    expect(root.some(({ id }: { id: string }) => id === folder)).toBe(answer === 'accepted');
    expect((await call(box, other, 'PUT', path, { status: 'accepted' })).status).toBe(403);
    const answers = box.journal.effects.filter(({ itemId }) => itemId === body.id).map((effect) => effect.action);
    expect(answers).toEqual(['COLLABORATION_INVITE', action]);
  });

  test('of another company answers as somebody whom the stream can name', async () => {
    const { id, login } = externalUser(1, 7);
    const { body } = await invite({ type: 'user', login });
    box.desk.answerInvitation(body.id, 'accepted');
    expect((await call(box, owner, 'GET', `/2.0/collaborations/${body.id}`)).body).toMatchObject({
      status: 'accepted',
      accessible_by: { id, login },
    });
    clock.advance(day);
    const { entries } = (await call(box, owner, 'GET', '/2.0/events?limit=500')).body;
    const accepted = entries.filter((event: { event_type: string }) => event.event_type === 'COLLAB_ADD_COLLABORATOR');
    expect(accepted).toMatchObject([{ created_by: { id, login } }]);
    expect(() => box.desk.answerInvitation(body.id, 'rejected')).toThrow(RangeError);
    const unknown = (await invite({ type: 'user', login: 'new@elsewhere.example' })).body.id;
    expect(() => box.desk.answerInvitation(unknown, 'accepted')).toThrow(RangeError);
  });

  test('becomes the owner', async () => {
    const { body } = await invite({ type: 'user', id: '11000003' }, 'editor');
    expect((await call(box, owner, 'PUT', `/2.0/collaborations/${body.id}`, { role: 'owner' })).status).toBe(204);
    const now = await call(box, owner, 'GET', `/2.0/folders/${folder}?fields=owned_by`);
    expect(now.body.owned_by.id).toBe('11000003');
  });
});

describe('a shared link', () => {
  const share = (link: unknown, id = file) => call(box, owner, 'PUT', `/2.0/files/${id}?fields=shared_link`, { shared_link: link });
  const open = (url: string, password = '') =>
    call(box, other, 'GET', '/2.0/shared_items', undefined, {
      boxapi: `shared_link=${url}${password && `&shared_link_password=${password}`}`,
    });

  test('opens the item for whom it is meant, with its password and until it ends', async () => {
    const end = new Date(clock.now() + day).toISOString();
    const { body } = await share({ access: 'open', password: 'secret', unshared_at: end });
    expect(body.shared_link).toMatchObject({ access: 'open', is_password_enabled: true, effective_permission: 'can_download' });
    const { url } = body.shared_link;
    expect((await open(url)).body.code).toBe('incorrect_shared_item_password');
    expect((await open(url, 'secret')).body).toMatchObject({ type: 'file', id: file });
    expect(await read(other)).toBe(404);
    expect(await read(other, file, { boxapi: `shared_link=${url}&shared_link_password=secret` })).toBe(200);
    clock.advance(day);
    expect((await open(url, 'secret')).status).toBe(404);
    expect((await call(box, owner, 'GET', `/2.0/files/${file}`)).body.shared_link).toBeNull();
  });

  test('for collaborators opens nothing for others, and a removed one leads nowhere', async () => {
    const { url } = (await share({ access: 'collaborators' })).body.shared_link;
    expect((await open(url)).status).toBe(404);
    const changed = (await share({ access: 'company' })).body.shared_link;
    expect(changed.url).toBe(url);
    expect((await open(url)).status).toBe(200);
    expect((await share(null)).body.shared_link).toBeNull();
    expect((await open(url)).status).toBe(404);
    expect((await share({ access: 'open' })).body.shared_link.url).not.toBe(url);
    expect(box.journal.effects.map(({ action }) => action).filter((action) => action.startsWith('ITEM_SHARED'))).toEqual([
      'ITEM_SHARED_CREATE',
      'ITEM_SHARED_UPDATE',
      'ITEM_SHARED_UNSHARE',
      'ITEM_SHARED_CREATE',
    ]);
  });

  test('takes no password unless it is open, and no end in the past', async () => {
    expect((await share({ access: 'company', password: 'x' })).status).toBe(400);
    expect((await share({ access: 'open', unshared_at: '2020-01-01T00:00:00Z' })).status).toBe(400);
    expect((await share({ access: 'everyone' })).status).toBe(400);
    const before = (await call(box, owner, 'GET', `/2.0/files/${file}`)).body.etag;
    await share({ access: 'open' });
    expect((await call(box, owner, 'GET', `/2.0/files/${file}`)).body.etag).toBe(String(Number(before) + 1));
  });
});
