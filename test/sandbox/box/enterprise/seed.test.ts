import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { get, mint } from '../http/box-http.ts';
import { startBox } from '../server.ts';
import { seedEnterprise } from './seed.ts';

async function everyPage(path: string, read: (path: string) => Promise<string>) {
  const entries: Record<string, unknown>[] = [];
  let marker = '';
  do {
    const body = JSON.parse(await read(`${path}&usemarker=true&limit=1000&marker=${marker}`));
    entries.push(...body.entries);
    marker = body.next_marker ?? '';
  } while (marker);
  return entries;
}

test('the totals of the enterprise equal what a walk over the wire adds up', async () => {
  await using box = await startBox({ users: 3210, seed: 9, contentFolders: 3 });
  const token = await mint(box);
  const fields = '/2.0/users?fields=space_used,space_amount,role,status';
  const users = await everyPage(fields, async (path) => (await get(box, path, token)).text);
  const sum = (name: string) => users.reduce((total, user) => total + Math.max(0, Number(user[name])), 0);
  const count = (name: string, value: unknown) => users.filter((user) => user[name] === value).length;
  expect(box.enterprise.totals()).toEqual({
    users: users.length,
    spaceUsed: sum('space_used'),
    spaceAllotted: sum('space_amount'),
    unlimited: count('space_amount', -1),
    empty: count('space_used', 0),
    byStatus: {
      active: count('status', 'active'),
      inactive: count('status', 'inactive'),
      cannot_delete_edit: count('status', 'cannot_delete_edit'),
      cannot_delete_edit_upload: count('status', 'cannot_delete_edit_upload'),
    },
    byRole: { admin: 1, coadmin: count('role', 'coadmin'), user: count('role', 'user') },
  });
});

test('the totals of what a user owns equal a walk from the root down, and the space in use', async () => {
  await using box = await startBox({ users: 10, contentFolders: 300, ratePerMinute: Number.POSITIVE_INFINITY });
  for (const id of ['11000001', '11000002']) {
    const token = await mint(box, id);
    const found = { folders: 0, files: 0, webLinks: 0, bytes: 0 };
    const queue = ['0'];
    for (const folder of queue) {
      const path = `/2.0/folders/${folder}/items?fields=size`;
      for (const item of await everyPage(path, async (address) => (await get(box, address, token)).text)) {
        if (item.type === 'folder') queue.push(String(item.id));
        found[item.type === 'folder' ? 'folders' : item.type === 'file' ? 'files' : 'webLinks']++;
        if (item.type === 'file') found.bytes += Number(item.size);
      }
    }
    expect(box.enterprise.contentTotals(id)).toEqual(found);
    expect(found.bytes).toBe(box.enterprise.user(id)?.spaceUsed);
  }
  expect(box.enterprise.contentTotals('11000001').folders).toBe(300);
});

test('the same seed gives the same enterprise, another seed another', () => {
  const [one, same, other] = [1, 1, 2].map((seed) => seedEnterprise({ users: 500, seed, contentFolders: 50 }));
  expect(same?.totals()).toEqual(one?.totals());
  expect(other?.totals()).not.toEqual(one?.totals());
  expect(same?.contentTotals('11000003')).toEqual(one?.contentTotals('11000003'));
});

test('100,000 users have exact sums and every kind of account', () => {
  const enterprise = seedEnterprise({ users: 100_000 });
  const totals = enterprise.totals();
  expect(Number.isSafeInteger(totals.spaceUsed)).toBe(true);
  expect(Number.isSafeInteger(totals.spaceAllotted)).toBe(true);
  for (const count of [totals.unlimited, totals.empty, ...Object.values(totals.byStatus), ...Object.values(totals.byRole)])
    expect(count).toBeGreaterThan(0);
  const users = Array.from({ length: 1000 }, (_, index) => enterprise.userAt(index));
  expect(users.some((user) => user.spaceAmount > 0 && user.spaceUsed > user.spaceAmount)).toBe(true);
  expect(users.some((user) => user.spaceAmount === 0)).toBe(true);
  expect(users.some((user) => user.name === '')).toBe(true);
  expect(new Set(users.map((user) => user.login)).size).toBe(1000);
});

test('users are drawn when they are asked for, so that 100,000 of them take no memory', async () => {
  await using box = await startBox({ users: 100_000, ratePerMinute: Number.POSITIVE_INFINITY });
  const token = await mint(box);
  const read = async (path: string) => (await get(box, path, token)).text;
  await read('/2.0/users?limit=1000');
  const before = heapInUse();
  let marker = '';
  do {
    const body = JSON.parse(await read(`/2.0/users?usemarker=true&limit=1000&fields=space_used&marker=${marker}`));
    marker = body.next_marker ?? '';
  } while (marker);
  expect((heapInUse() - before) / 2 ** 20).toBeLessThan(5);
});

/** Bytes, after a garbage collection. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

test('an empty enterprise is an enterprise', async () => {
  await using box = await startBox({ users: 0 });
  expect(JSON.parse((await get(box, '/2.0/users?usemarker=true', await mint(box))).text)).toEqual({
    limit: 100,
    next_marker: null,
    entries: [],
  });
});

test.each([{ users: -1 }, { users: 1.5 }, { users: Number.NaN }, { contentFolders: 1e9 }])('a plan of %o is refused', (plan) => {
  expect(() => seedEnterprise(plan)).toThrow(RangeError);
});
