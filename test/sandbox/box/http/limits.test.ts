import { expect, test } from 'vitest';
import { Clock, minute } from '../clock.ts';
import { startBox } from '../server.ts';
import { call, mint, upload } from './box-http.ts';

test('240 uploads a minute and user, then Retry-After, while other calls pass', async () => {
  const clock = new Clock();
  await using box = await startBox({ users: 3, contentFolders: 1, now: clock.now, limitScale: 0.05 });
  const [one, other] = [await mint(box, '11000001'), await mint(box, '11000002')];
  const put = async (token: string) => (await upload(box, token, { name: `${Math.random()}`, content: 'x' })).status;
  for (let nth = 0; nth < 12; nth++) expect(await put(one)).toBe(201);
  clock.advance(20_000);
  const refused = await upload(box, one, { name: 'x', content: 'x' });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '40']);
  expect([await put(other), (await call(box, one, 'GET', '/2.0/users/me')).status]).toEqual([201, 200]);
  clock.advance(minute);
  expect(await put(one)).toBe(201);
});

test('6 searches a second and 60 a minute and user, 12 a second of everybody', async () => {
  const clock = new Clock();
  await using box = await startBox({ users: 5, contentFolders: 1, now: clock.now });
  const tokens = await Promise.all(['11000001', '11000002', '11000003'].map((id) => mint(box, id)));
  const search = async (nth: number) => {
    const { status, headers } = await call(box, tokens[nth] ?? '', 'GET', '/2.0/search?query=x');
    return status === 429 ? `wait ${headers.get('retry-after')}` : status;
  };
  const burst = async (nth: number) => [
    await search(nth),
    await search(nth),
    await search(nth),
    await search(nth),
    await search(nth),
    await search(nth),
  ];
  expect(await burst(0)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await search(0)).toBe('wait 1');
  expect(await burst(1)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(await search(2)).toBe('wait 1');
  for (let second = 1; second < 10; second++) {
    clock.advance(1000);
    await burst(0);
  }
  clock.advance(1000);
  expect(await search(0)).toBe('wait 50');
});

test('search finds what is called so and can be seen, ten minutes after it came', async () => {
  const clock = new Clock();
  await using box = await startBox({ users: 5, contentFolders: 3, now: clock.now });
  const [owner, other] = [await mint(box, '11000001'), await mint(box, '11000002')];
  const { file } = await upload(box, owner, { name: 'Zebra report.pdf', content: 'x' });
  const find = async (token: string, query: string) => (await call(box, token, 'GET', `/2.0/search?${query}`)).body.entries;
  expect(await find(owner, 'query=zebra')).toEqual([]);
  clock.advance(10 * minute);
  expect(await find(owner, 'query=zebra&file_extensions=pdf&type=file')).toMatchObject([{ id: file.id }]);
  expect(await find(owner, 'query=zebra&type=folder')).toEqual([]);
  expect(await find(other, 'query=zebra')).toEqual([]);
  expect((await call(box, owner, 'GET', '/2.0/search')).status).toBe(400);
});
