import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentWithin } from '../../../../lib/box/content/content.ts';
import type { OwnedPage } from '../../../../lib/declare/content.ts';
import { call, mint } from '../../../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../../../sandbox/box/server.ts';
import { managersFor } from '../managers.ts';
import { newOwner } from './grove.ts';

let box: BoxSimulator;
beforeAll(async () => {
  box = await startBox({ users: 20, contentFolders: 30, itemsPerPage: 2, ratePerMinute: 1e9 });
});
afterAll(() => box.close());

const content = contentWithin(new AbortController().signal);
const as = (id: string) => managersFor(box, { subject: { type: 'user', id } });
const walk = (owner: string, from?: string) => content.owned(as(owner), { owner, from });

/** The pages of a walk that stops once it has seen so many. */
async function first(count: number, owner: string): Promise<OwnedPage[]> {
  const pages: OwnedPage[] = [];
  for await (const page of walk(owner)) if (pages.push(page) === count) break;
  return pages;
}

const pathsOf = (pages: readonly OwnedPage[]) => pages.map(({ folder }) => folder.path);
const names = (pages: readonly OwnedPage[]) => pages.flatMap(({ items }) => items.map(({ name }) => name));

/** `a` to `e`, each with a file of that name. */
function letters(owner: string): string[] {
  return [...'abcde'].map((letter) => {
    const id = box.desk.folder(owner, '0', letter);
    box.desk.upload(owner, id, `${letter}.txt`, 1);
    return id;
  });
}

const change = async (owner: string, method: 'PUT' | 'DELETE', folder: string, body?: unknown) =>
  expect((await call(box, await mint(box, owner), method, `/2.0/folders/${folder}?recursive=true`, body)).status).toBeLessThan(300);

describe('while somebody walks', () => {
  it('a folder that is deleted is passed over and counted', async () => {
    const owner = newOwner(box);
    const [, b = ''] = letters(owner);
    const pages: OwnedPage[] = [];
    for await (const page of walk(owner)) {
      if (pages.push(page) === 2) await change(owner, 'DELETE', b);
    }
    expect(pages.filter(({ vanished }) => vanished).map(({ folder }) => folder.path)).toEqual(['/b']);
    expect(names(pages).filter((name) => name.endsWith('.txt'))).toEqual(['a.txt', 'c.txt', 'd.txt', 'e.txt']);
  });

  it.each([
    ['deleted', (owner: string, folder: string) => change(owner, 'DELETE', folder)],
    ['renamed', (owner: string, folder: string) => change(owner, 'PUT', folder, { name: 'zz' })],
  ])('nothing else is lost when the folder in which it stopped is %s before it goes on', async (_, trouble) => {
    const owner = newOwner(box);
    const [a = ''] = letters(owner);
    const before = await first(2, owner);
    expect(pathsOf(before)).toEqual(['/', '/a']);
    await trouble(owner, a);
    const after = await Array.fromAsync(walk(owner, before[1]?.cursor));
    expect(names(after)).toEqual(expect.arrayContaining(['b.txt', 'c.txt', 'd.txt', 'e.txt']));
  });

  it('a folder that is moved into another one is walked under its new path', async () => {
    const owner = newOwner(box);
    const [a = '', , , , e = ''] = letters(owner);
    box.desk.folder(owner, a, 'within');
    const before = await first(2, owner);
    await change(owner, 'PUT', a, { parent: { id: e } });
    const after = await Array.fromAsync(walk(owner, before[1]?.cursor));
    expect(pathsOf(after)[0]).toBe('/e/a/within');
    expect(names(after)).toContain('b.txt');
  });

  it('a folder that comes to stand inside itself is not entered twice', async () => {
    const circle = { 0: ['1'], 1: ['2'], 2: ['1', '0', '3'], 3: [] } as Readonly<Record<string, string[]>>;
    const getFolderItems = async (id: string) => ({
      rawData: { entries: circle[id]?.map((each) => ({ type: 'folder', id: each, name: each })) },
    });
    const pages = await Array.fromAsync(content.owned({ folders: { getFolderItems } } as never, { owner: '7' }));
    expect(pages.map(({ folder }) => folder.id)).toEqual(['0', '1', '2', '3']);
  });

  it('nobody asks Box for anything once the time is up', async () => {
    const owner = newOwner(box);
    letters(owner);
    const deadline = new AbortController();
    const calls = () => box.journal.entries.filter(({ path, subject }) => path.endsWith('/items') && subject === owner).length;
    const pages = contentWithin(deadline.signal).owned(as(owner), { owner })[Symbol.asyncIterator]();
    await pages.next();
    deadline.abort(new Error('up'));
    await expect(pages.next()).rejects.toThrow('up');
    expect(calls()).toBe(1);
  });
});

describe('a marker that Box has forgotten', () => {
  /** Of all markers only those still work that this client was given. */
  function forgetful(owner: string) {
    const managers = as(owner);
    const known = new Set<string>();
    const getFolderItems: typeof managers.folders.getFolderItems = async (id, options) => {
      const { marker } = options?.queryParams ?? {};
      const works = marker === undefined || known.has(marker);
      const items = await managers.folders.getFolderItems(id, works ? options : { queryParams: { usemarker: true, marker: 'forgotten' } });
      if (items.nextMarker) known.add(items.nextMarker);
      return items;
    };
    const getFolderById = managers.folders.getFolderById.bind(managers.folders);
    return { folders: { getFolderItems, getFolderById } } as unknown as typeof managers;
  }

  it('costs another look at the pages before it, and nothing is lost or comes twice', async () => {
    const owner = newOwner(box);
    letters(owner);
    for (const name of ['x', 'y', 'z']) box.desk.upload(owner, '0', name, 1);
    const whole = await Array.fromAsync(walk(owner));
    for (let stop = 1; stop < whole.length; stop++) {
      const cursor = whole[stop - 1]?.cursor;
      const rest = content.owned(forgetful(owner), { owner, from: cursor });
      const isInLaterPage = cursor !== undefined && JSON.parse(cursor)[0]?.[3] && JSON.parse(cursor)[0]?.[1] !== -1;
      // In the middle of a page that is not the first, nobody can say any more what belonged to it.
      if (isInLaterPage) await expect(Array.fromAsync(rest)).rejects.toMatchObject({ code: 'BOX_MARKER_REFUSED' });
      else expect(names(await Array.fromAsync(rest))).toEqual(names(whole.slice(stop)));
    }
  });
});

describe('a cursor', () => {
  it.each([['not JSON'], ['[]'], ['[["../users",0]]'], ['[[1]]'], ['[["1",-1,null,5]]']])('that is none (%s) is refused', async (from) => {
    await expect(Array.fromAsync(walk('11000001', from))).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it('holds ids and no name', async () => {
    const owner = newOwner(box);
    const folder = box.desk.folder(owner, '0', 'canary-name');
    box.desk.folder(owner, folder, 'another canary');
    const cursors = (await Array.fromAsync(walk(owner))).map(({ cursor }) => cursor ?? '');
    expect(cursors[1]).toContain(folder);
    expect(cursors.join('')).toMatch(/^[[\],"\d-]*$/);
  });
});
