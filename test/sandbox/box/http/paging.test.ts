import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BoxSimulator, startBox } from '../server.ts';
import { get, mint } from './box-http.ts';

let box: BoxSimulator;
let service: string;
let owner: string;
beforeAll(async () => {
  box = await startBox({ users: 1234, contentFolders: 100, ratePerMinute: Number.POSITIVE_INFINITY, journalLimit: 0 });
  service = await mint(box);
  owner = await mint(box, '11000001');
});
afterAll(() => box.close());

const limits = fc.integer({ min: 30, max: 1500 });

async function page(path: string, token: string) {
  const answer = await get(box, path, token);
  expect(answer.status).toBe(200);
  return JSON.parse(answer.text);
}

async function walkByMarker(path: string, token: string, limit: number): Promise<string[]> {
  const seen: string[] = [];
  let marker = '';
  do {
    const body = await page(`${path}?usemarker=true&limit=${limit}&fields=id&marker=${marker}`, token);
    expect(body.limit).toBe(Math.min(limit, 1000));
    expect(body.entries.length).toBeLessThanOrEqual(body.limit);
    expect(body).not.toHaveProperty('total_count');
    seen.push(...body.entries.map((entry: { id: string }) => entry.id));
    marker = body.next_marker ?? '';
  } while (marker);
  return seen;
}

test('a walk by marker meets every user exactly once, in the same order, whatever the page size', async () => {
  const everybody = Array.from({ length: 1234 }, (_, index) => String(11_000_001 + index));
  await fc.assert(
    fc.asyncProperty(limits, async (limit) => {
      expect(await walkByMarker('/2.0/users', service, limit)).toEqual(everybody);
    }),
    { numRuns: 15 },
  );
});

test('a walk by offset meets the same users, stepping by the limit of the answer', async () => {
  await fc.assert(
    fc.asyncProperty(limits, async (limit) => {
      const seen: string[] = [];
      for (let offset = 0, total = 1; offset < total; ) {
        const body = await page(`/2.0/users?offset=${offset}&limit=${limit}&fields=id`, service);
        seen.push(...body.entries.map((entry: { id: string }) => entry.id));
        total = body.total_count;
        offset += body.limit;
      }
      expect(new Set(seen).size).toBe(1234);
      expect(seen).toHaveLength(1234);
    }),
    { numRuns: 15 },
  );
});

test('a folder of more than one page is walked without loss, by marker and by offset', async () => {
  const tree = box.enterprise.content(box.enterprise.userAt(0));
  const queue = [tree.root];
  for (const folder of queue) queue.push(...folder.children.filter((item) => item.type === 'folder'));
  const crowded = queue.find((folder) => folder.children.length > 1000);
  const id = crowded ? tree.id(crowded) : '';
  const expected = crowded?.children.map((item) => tree.id(item));
  expect(await walkByMarker(`/2.0/folders/${id}/items`, owner, 1000)).toEqual(expected);
  const first = await page(`/2.0/folders/${id}/items?limit=1000`, owner);
  const second = await page(`/2.0/folders/${id}/items?limit=1000&offset=1000`, owner);
  expect([...first.entries, ...second.entries].map((entry: { id: string }) => entry.id)).toEqual(expected);
});

test('the second sort attribute turns the order within a type, never the types', async () => {
  const body = await page('/2.0/folders/0/items?sort=size&direction=DESC&fields=size,type&limit=1000', owner);
  const types: string[] = body.entries.map((entry: { type: string }) => entry.type);
  expect(types).toEqual([...types].sort((one, other) => 'folder file web_link'.indexOf(one) - 'folder file web_link'.indexOf(other)));
  const sizes: number[] = body.entries
    .filter((entry: { type: string }) => entry.type === 'folder')
    .map((entry: { size: number }) => entry.size);
  expect(sizes).toEqual([...sizes].sort((one, other) => other - one));
});

test.each([
  ['an offset beyond 10,000', '/2.0/users?offset=10001', 400],
  ['an offset of 10,000', '/2.0/users?offset=10000', 200],
  ['a negative offset', '/2.0/users?offset=-1', 400],
  ['a marker that Box never gave', '/2.0/users?usemarker=true&marker=abc', 400],
  ['a limit of zero', '/2.0/users?limit=0', 400],
])('%s is answered with %s: %i', async (_, path, status) => {
  expect((await get(box, path, service)).status).toBe(status);
});

test('a marker of another collection is refused', async () => {
  const { next_marker: marker } = await page('/2.0/users?usemarker=true&limit=10', service);
  expect((await get(box, `/2.0/users?usemarker=true&filter_term=a&marker=${marker}`, service)).status).toBe(400);
});

test('fields drop every standard field that is not named, but never id and type', async () => {
  const plain = await page('/2.0/users/11000001', service);
  expect(plain).toHaveProperty('login');
  expect(plain).not.toHaveProperty('role');
  const asked = await page('/2.0/users/11000001?fields=role,space_used,no_such_field', service);
  expect(Object.keys(asked).sort()).toEqual(['id', 'role', 'space_used', 'type']);
});
