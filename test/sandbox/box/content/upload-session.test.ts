import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Clock } from '../clock.ts';
import { officialClient } from '../contract/official-client.ts';
import { call, mint, send } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';

const clock = new Clock();
const content = Buffer.from(Array.from({ length: 10_000 }, (_, nth) => nth % 251));
const digest = (bytes: Uint8Array) => `sha=${createHash('sha1').update(bytes).digest('base64')}`;
let box: BoxSimulator;
let token: string;
beforeEach(async () => {
  box = await startBox({ users: 3, contentFolders: 3, now: clock.now, smallestSession: 1000 });
  token = await mint(box, '11000001');
});
afterEach(() => box.close());

async function open() {
  const { body } = await call(box, token, 'POST', '/upload/api/2.0/files/upload_sessions', {
    folder_id: '0',
    file_size: content.length,
    file_name: 'big',
  });
  return { path: new URL(body.session_endpoints.upload_part).pathname, partSize: body.part_size as number };
}

async function put(path: string, from: number, bytes: Buffer, headers: Record<string, string> = {}) {
  const range = `bytes ${from}-${from + bytes.length - 1}/${content.length}`;
  const all = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/octet-stream',
    'content-range': range,
    digest: digest(bytes),
    ...headers,
  };
  const answer = await send(box, path, { method: 'PUT', headers: all, body: new Uint8Array(bytes) });
  return { ...answer, body: JSON.parse(answer.text) };
}

const commit = (path: string, parts: readonly unknown[], bytes = content) =>
  call(box, token, 'POST', `${path}/commit`, { parts }, { digest: digest(bytes) });

test('parts in any order become the file, after Box has asked to wait for them', async () => {
  const { path, partSize } = await open();
  const offsets = Array.from({ length: Math.ceil(content.length / partSize) }, (_, nth) => nth * partSize);
  const parts = new Map<number, unknown>();
  for (const from of offsets.toReversed()) parts.set(from, (await put(path, from, content.subarray(from, from + partSize))).body.part);
  const listed = offsets.map((from) => parts.get(from));
  expect((await call(box, token, 'GET', `${path}/parts`)).body.entries).toEqual(listed);
  const early = await commit(path, listed);
  expect([early.status, early.headers.get('retry-after')]).toEqual([202, '1']);
  clock.advance(1000);
  const done = await commit(path, listed);
  expect(done).toMatchObject({
    status: 201,
    body: { entries: [{ size: content.length, sha1: createHash('sha1').update(content).digest('hex') }] },
  });
  expect((await commit(path, listed)).status).toBe(404);
  expect(box.desk.uploadSessions()).toBe(0);
});

test('what does not fit is refused, and nothing comes of it', async () => {
  const { path, partSize } = await open();
  const first = content.subarray(0, partSize);
  expect((await put(path, 0, first, { digest: digest(Buffer.from('other')) })).status).toBe(412);
  expect((await put(path, 1, first)).status).toBe(416);
  expect((await put(path, 0, first.subarray(1))).status).toBe(416);
  const { body } = await put(path, 0, first);
  expect((await put(path, 0, first)).body).toEqual(body);
  expect((await put(path, 0, Buffer.alloc(partSize))).status).toBe(409);
  expect((await commit(path, [body.part])).status).toBe(409);
  expect((await call(box, token, 'DELETE', path)).status).toBe(204);
  expect(box.journal.effects).toEqual([]);
});

test('a small file is not for sessions, and a session is its owner’s alone', async () => {
  const small = { folder_id: '0', file_size: 999, file_name: 'small' };
  expect((await call(box, token, 'POST', '/api/2.0/files/upload_sessions', small)).body.code).toBe('file_size_too_small');
  const { path } = await open();
  expect((await call(box, await mint(box, '11000002'), 'GET', path)).status).toBe(404);
});

test("Box's SDK uploads a big file by itself", async () => {
  await using other = await startBox({ users: 3, contentFolders: 3, smallestSession: 1000, commitDelaySeconds: 0 });
  const client = officialClient(other, { userId: '11000001' });
  const file = await client.chunkedUploads.uploadBigFile(Readable.from([content]), 'sdk.bin', content.length, '0');
  expect(file.size).toBe(content.length);
});

test("a commit that is answered with 202 is lost on Box's SDK", async () => {
  const { chunkedUploads } = officialClient(box, { userId: '11000001' });
  await expect(chunkedUploads.uploadBigFile(Readable.from([content]), 'sdk.bin', content.length, '0')).rejects.toThrow(TypeError);
});
