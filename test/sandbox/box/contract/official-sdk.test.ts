import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BoxSimulator, startBox } from '../server.ts';
import { officialClient } from './official-client.ts';

let box: BoxSimulator;
beforeAll(async () => {
  box = await startBox({ users: 250, contentFolders: 120 });
});
afterAll(() => box.close());

describe("Box's own SDK, with nothing of ours", () => {
  test('reads every user by marker', async () => {
    const client = officialClient(box);
    const seen: string[] = [];
    let marker: string | undefined;
    do {
      const page = await client.users.getUsers({ usemarker: true, limit: 100, ...(marker !== undefined && { marker }) });
      seen.push(...(page.entries ?? []).map((user) => user.id));
      marker = page.nextMarker ?? undefined;
    } while (marker);
    expect(seen).toHaveLength(250);
    expect(new Set(seen).size).toBe(250);
  });

  test('reads users by offset, with fields that only come when asked for', async () => {
    const client = officialClient(box);
    const page = await client.users.getUsers({ offset: 200, limit: 100, fields: ['name', 'role', 'status'] });
    expect(page).toMatchObject({ totalCount: 250, offset: 200 });
    expect(page.entries).toHaveLength(50);
    expect(page.entries?.[0]).toMatchObject({ id: '11000201', role: 'user' });
    expect(page.entries?.[0]?.login).toBeUndefined();
  });

  test('finds users by the start of name or login', async () => {
    const { entries = [] } = await officialClient(box).users.getUsers({ filterTerm: '<SCRIPT' });
    expect(entries.map((user) => user.name)).toEqual(['<script>alert("x")</script>']);
  });

  test('acts as the service account and as a managed user', async () => {
    const service = await officialClient(box).users.getUserMe();
    expect(service.login).toMatch(/^AutomationUser_.+@boxdevedition\.com$/);
    const client = officialClient(box, { userId: '11000001' });
    expect((await client.users.getUserMe()).id).toBe('11000001');
    expect((await officialClient(box).users.getUserById('11000002', { queryParams: { fields: ['role'] } })).role).toBe('admin');
  });

  test('walks a folder tree, by marker and by offset, down to a file', async () => {
    const client = officialClient(box, { userId: '11000001' });
    const root = await client.folders.getFolderById('0');
    const totals = box.enterprise.contentTotals('11000001');
    expect(root).toMatchObject({ name: 'All Files', size: totals.bytes });
    const byMarker = await client.folders.getFolderItems('0', { queryParams: { usemarker: true, limit: 1000, fields: ['size', 'name'] } });
    const byOffset = await client.folders.getFolderItems('0', { queryParams: { limit: 1000 } });
    expect(byMarker.entries?.map((item) => item.id)).toEqual(byOffset.entries?.map((item) => item.id));
    const file = byMarker.entries?.find((item) => item.type === 'file');
    expect(await client.files.getFileById(file?.id ?? '')).toMatchObject({
      id: file?.id,
      parent: { id: '0' },
      ownedBy: { id: '11000001' },
    });
  });

  test('sees one user with as-user, and nothing of anybody else', async () => {
    const client = officialClient(box).withAsUserHeader('11000001');
    const { entries = [] } = await client.folders.getFolderItems('0');
    const folder = entries.find((item) => item.type === 'folder')?.id ?? '';
    expect((await client.folders.getFolderById(folder)).id).toBe(folder);
    await expect(officialClient(box).folders.getFolderById(folder)).rejects.toMatchObject({ responseInfo: { statusCode: 404 } });
  });

  test('revokes a token', async () => {
    const client = officialClient(box);
    await client.users.getUserMe();
    const before = box.journal.entries.length;
    await client.auth.revokeToken(client.networkSession);
    await client.users.getUserMe();
    expect(box.journal.entries.slice(before).map(({ path, status }) => `${path} ${status}`)).toEqual([
      '/oauth2/revoke 200',
      '/oauth2/token 200',
      '/2.0/users/me 200',
    ]);
  });
});
