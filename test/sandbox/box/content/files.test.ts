import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Clock, minute } from '../clock.ts';
import { call, mint, send, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';

const clock = new Clock();
let box: BoxSimulator;
let owner: string;
let folder: string;
beforeEach(async () => {
  box = await startBox({ users: 20, contentFolders: 30, now: clock.now });
  owner = await mint(box, '11000001');
  folder = (await call(box, owner, 'POST', '/2.0/folders', { name: 'Work', parent: { id: '0' } })).body.id;
});
afterEach(() => box.close());

const download = (id: string, query = '') => call(box, owner, 'GET', `/2.0/files/${id}/content${query}`);
/** As `fetch` with `redirect: manual` does not give the address. */
async function addressOf(id: string): Promise<string> {
  const response = await fetch(`${box.url}/2.0/files/${id}/content`, { redirect: 'manual', headers: { authorization: `Bearer ${owner}` } });
  expect(response.status).toBe(302);
  return response.headers.get('location') ?? '';
}

describe('an upload', () => {
  test('comes back byte for byte, from another origin and without a token', async () => {
    const { file, status } = await upload(box, owner, { name: 'ä.txt', folder, content: 'Grüße' });
    expect(status).toBe(201);
    expect(file).toMatchObject({ size: 7, etag: '0', sha1: createHash('sha1').update('Grüße').digest('hex') });
    const address = await addressOf(file.id);
    expect(new URL(address).origin).toBe(box.downloadUrl);
    expect(box.downloadUrl).not.toBe(box.url);
    expect(await (await fetch(address)).text()).toBe('Grüße');
    expect(box.journal.entries.at(-1)).toMatchObject({ subject: '11000001', tokenFingerprint: undefined });
    await fetch(address, { headers: { authorization: 'Bearer something' } });
    expect(box.journal.entries.at(-1)?.tokenFingerprint).toBeDefined();
  });

  test('of a name that is taken, in whatever case, is a 409 that names the holder', async () => {
    const { file } = await upload(box, owner, { name: 'a.txt', folder, content: '1' });
    const again = await upload(box, owner, { name: 'A.TXT', folder, content: '2' });
    expect(again).toMatchObject({
      status: 409,
      body: { code: 'item_name_in_use', context_info: { conflicts: { type: 'file', id: file.id, sha1: file.sha1 } } },
    });
    const inside = await call(box, owner, 'POST', '/2.0/folders', { name: 'Inner', parent: { id: folder } });
    expect(await call(box, owner, 'POST', '/2.0/folders', { name: 'inner', parent: { id: folder } })).toMatchObject({
      status: 409,
      body: { context_info: { conflicts: [{ type: 'folder', id: inside.body.id }] } },
    });
  });

  test('with the wrong digest, of a forbidden name or into nowhere is refused', async () => {
    const digest = { 'content-md5': 'da39a3ee5e6b4b0d3255bfef95601890afd80709' };
    expect(await upload(box, owner, { name: 'a', folder, content: 'x', headers: digest })).toMatchObject({ status: 400 });
    for (const name of ['a/b', '..', ' a', 'a ', 'x'.repeat(256)])
      expect(await upload(box, owner, { name, folder, content: 'x' })).toMatchObject({
        status: 400,
        body: { code: expect.stringMatching(/^item_name_/) },
      });
    expect(await upload(box, await mint(box, '11000003'), { name: 'a', folder, content: 'x' })).toMatchObject({ status: 404 });
  });

  test('that its owner has no room for is a 403', async () => {
    const { spaceUsed } = box.enterprise.userAt(0);
    box.enterprise.change('11000001', { spaceAmount: spaceUsed + 4 });
    expect(await upload(box, owner, { name: 'a', folder, content: 'five!' })).toMatchObject({
      status: 403,
      body: { code: 'storage_limit_exceeded' },
    });
    expect(await upload(box, owner, { name: 'a', folder, content: 'four' })).toMatchObject({ status: 201 });
  });

  test('is not applied twice under a lost answer without being counted twice', async () => {
    box.faults.once({ path: '/api/2.0/files/content' }, { kind: 'resetAfterApply' });
    await expect(upload(box, owner, { name: 'a', folder, content: 'x' })).rejects.toThrow();
    expect((await upload(box, owner, { name: 'a', folder, content: 'x' })).status).toBe(409);
    expect(box.journal.effects.filter(({ action }) => action === 'UPLOAD')).toMatchObject([{ subject: '11000001', at: clock.now() }]);
  });
});

describe('a download', () => {
  test('comes in ranges, and its address ends after 15 minutes', async () => {
    const { file } = await upload(box, owner, { name: 'r', folder, content: '0123456789' });
    const address = await addressOf(file.id);
    const range = async (value: string) => {
      const answer = await fetch(address, { headers: { range: value } });
      return [answer.status, answer.headers.get('content-range'), await answer.text()];
    };
    expect(await range('bytes=2-4')).toEqual([206, 'bytes 2-4/10', '234']);
    expect(await range('bytes=7-')).toEqual([206, 'bytes 7-9/10', '789']);
    expect(await range('bytes=-2')).toEqual([206, 'bytes 8-9/10', '89']);
    expect(await range('bytes=10-')).toEqual([416, 'bytes */10', '']);
    clock.advance(15 * minute);
    expect((await fetch(address)).status).toBe(404);
    expect((await fetch(`${address.slice(0, -9)}x/download`)).status).toBe(404);
  });

  test('of what Box is not ready with is a 202 that says when', async () => {
    await using slow = await startBox({ users: 1, contentFolders: 1, now: clock.now, contentDelaySeconds: 7 });
    const token = await mint(slow, '11000001');
    const { file } = await upload(slow, token, { name: 'a', content: 'x' });
    const early = await call(slow, token, 'GET', `/2.0/files/${file.id}/content`);
    expect([early.status, early.headers.get('retry-after'), early.text]).toEqual([202, '7', '']);
    clock.advance(7000);
    expect(await call(slow, token, 'GET', `/2.0/files/${file.id}/content`)).toMatchObject({ status: 200, text: 'x' });
  });

  test('of 3 GB takes no memory, and is the same in pieces as in one', async () => {
    const id = box.desk.upload('11000001', '0', 'huge.bin', 3_000_000_000);
    const address = await addressOf(id);
    const piece = async (range: string) => Buffer.from(await (await fetch(address, { headers: { range } })).arrayBuffer());
    const whole = await piece('bytes=2999000000-2999199999');
    expect(Buffer.concat([await piece('bytes=2999000000-2999099999'), await piece('bytes=2999100000-2999199999')])).toEqual(whole);
    const small = box.desk.upload('11000001', '0', 'small.bin', 300_000);
    const bytes = Buffer.from(await (await fetch(await addressOf(small))).arrayBuffer());
    const { body } = await call(box, owner, 'GET', `/2.0/files/${small}?fields=sha1,size`);
    expect(body).toMatchObject({ size: 300_000, sha1: createHash('sha1').update(bytes).digest('hex') });
  });

  test('breaks off in the middle when it is told to', async () => {
    const { file } = await upload(box, owner, { name: 'r', folder, content: 'x'.repeat(1000) });
    box.faults.once({ path: /^\/d\// }, { kind: 'truncated' });
    await expect(fetch(await addressOf(file.id)).then((response) => response.text())).rejects.toThrow();
  });
});

describe('versions', () => {
  test('need the etag that is there, and keep what was', async () => {
    const { file } = await upload(box, owner, { name: 'v', folder, content: 'one' });
    const second = await upload(box, owner, { name: 'v', fileId: file.id, content: 'second', headers: { 'if-match': file.etag } });
    expect(second).toMatchObject({ status: 200, file: { id: file.id, etag: '1', size: 6 } });
    const stale = await upload(box, owner, { name: 'v', fileId: file.id, content: 'third', headers: { 'if-match': file.etag } });
    expect(stale).toMatchObject({ status: 412, body: { code: 'precondition_failed' } });
    const { body } = await call(box, owner, 'GET', `/2.0/files/${file.id}/versions`);
    expect(body).toMatchObject({ total_count: 1, entries: [{ id: file.file_version.id, size: 3, version_number: '1' }] });
    expect((await download(file.id, `?version=${body.entries[0].id}`)).text).toBe('one');
    expect((await download(file.id)).text).toBe('second');
    await call(box, owner, 'POST', `/2.0/files/${file.id}/versions/current`, { type: 'file_version', id: body.entries[0].id });
    expect((await download(file.id)).text).toBe('one');
  });
});

describe('etags', () => {
  test('count changes, guard writes, and spare an unchanged read', async () => {
    const { file } = await upload(box, owner, { name: 'e', folder, content: 'x' });
    const path = `/2.0/files/${file.id}`;
    expect((await call(box, owner, 'GET', path, undefined, { 'if-none-match': '0' })).status).toBe(304);
    expect((await call(box, owner, 'PUT', path, { name: 'e2' }, { 'if-match': '"0"' })).body.etag).toBe('1');
    expect((await call(box, owner, 'PUT', path, { name: 'e2' })).body.etag).toBe('1');
    expect((await call(box, owner, 'PUT', path, { name: 'e3' }, { 'if-match': '0' })).status).toBe(412);
    expect((await call(box, owner, 'DELETE', path, undefined, { 'if-match': '0' })).status).toBe(412);
    expect((await call(box, owner, 'PUT', path, { parent: { id: '0' } }, { 'if-match': '0' })).status).toBe(200);
    expect((await call(box, owner, 'DELETE', path, undefined, { 'if-match': '2' })).status).toBe(204);
  });
});

describe('the trash', () => {
  test('hides what is in it from reads, and gives it back', async () => {
    const { file } = await upload(box, owner, { name: 't', folder, content: 'x' });
    expect((await call(box, owner, 'DELETE', `/2.0/folders/${folder}`)).body.code).toBe('folder_not_empty');
    expect((await call(box, owner, 'DELETE', `/2.0/folders/${folder}?recursive=true`)).status).toBe(204);
    expect((await call(box, owner, 'GET', `/2.0/files/${file.id}`)).body).toMatchObject({ status: 404, code: 'trashed' });
    expect((await call(box, owner, 'GET', '/2.0/folders/trash/items')).body).toMatchObject({ total_count: 1, entries: [{ id: folder }] });
    expect((await call(box, owner, 'POST', `/2.0/folders/${folder}`)).status).toBe(201);
    expect((await call(box, owner, 'GET', `/2.0/files/${file.id}`)).status).toBe(200);
    await call(box, owner, 'DELETE', `/2.0/files/${file.id}`);
    expect((await call(box, owner, 'DELETE', `/2.0/files/${file.id}/trash`)).status).toBe(204);
    expect((await call(box, owner, 'POST', `/2.0/files/${file.id}`)).status).toBe(404);
  });

  test('a folder cannot go into itself', async () => {
    const inner = (await call(box, owner, 'POST', '/2.0/folders', { name: 'Inner', parent: { id: folder } })).body.id;
    expect((await call(box, owner, 'PUT', `/2.0/folders/${folder}`, { parent: { id: inner } })).body.code).toBe(
      'cyclical_folder_structure',
    );
    expect((await send(box, '/2.0/folders/0', { method: 'DELETE', headers: { authorization: `Bearer ${owner}` } })).status).toBe(403);
  });
});
