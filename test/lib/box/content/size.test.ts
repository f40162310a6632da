import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentWithin } from '../../../../lib/box/content/content.ts';
import { type BoxSimulator, startBox } from '../../../sandbox/box/server.ts';
import { managersFor } from '../managers.ts';
import { newOwner } from './grove.ts';

const content = contentWithin(new AbortController().signal);

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');
const heapMiB = (): number => {
  collectGarbage();
  return process.memoryUsage().heapUsed / 2 ** 20;
};

describe('a walk over a big account', () => {
  let box: BoxSimulator;
  beforeAll(async () => {
    box = await startBox({ users: 5, contentFolders: 60_000, ratePerMinute: 1e9, journalLimit: 0 });
  });
  afterAll(() => box.close());
  const as = (id: string) => managersFor(box, { subject: { type: 'user', id } });

  it('of 60,000 folders spans many steps of 2,000 calls, and meets each once', { timeout: 120_000 }, async () => {
    const owner = '11000001';
    const { folders, files, webLinks } = box.enterprise.contentTotals(owner);
    const met = { folder: new Set<string>(), file: new Set<string>(), web_link: new Set<string>() };
    let [steps, longest, entries] = [0, 0, 0];
    for (let cursor: string | undefined; steps === 0 || cursor !== undefined; steps++) {
      let pages = 0;
      const from = cursor;
      cursor = undefined;
      for await (const page of content.owned(as(owner), { owner, from })) {
        for (const { type, id } of page.items) met[type].add(id);
        entries += page.items.length;
        cursor = page.cursor;
        longest = Math.max(longest, cursor?.length ?? 0);
        if (++pages === 2_000) break;
      }
    }
    expect([met.folder.size, met.file.size, met.web_link.size]).toEqual([folders, files, webLinks]);
    expect(entries).toBe(folders + files + webLinks);
    expect(steps).toBeGreaterThan(30);
    // Fits into the result of a durable step, which takes 256 KB.
    expect(longest).toBeLessThan(8_192);
  });

  it('of one folder with 100,000 items asks for it a thousand at a time', { timeout: 60_000 }, async () => {
    const owner = newOwner(box);
    for (let nth = 0; nth < 100_000; nth++) box.desk.upload(owner, '0', `${String(nth).padStart(6, '0')}.txt`, 1);
    let [pages, items] = [0, 0];
    for await (const page of content.owned(as(owner), { owner })) {
      pages++;
      items += page.items.length;
    }
    expect([pages, items]).toEqual([100, 100_000]);
  });
});

describe('the memory of a walk', () => {
  /** A million files in a thousand folders in each other and beside each other, made up page by page. */
  const endless = {
    folders: {
      getFolderItems: async (id: string, { queryParams: { marker = '0' } = {} }: { queryParams?: { marker?: string } } = {}) => {
        const nth = Number(id);
        const children = [2 * nth + 1, 2 * nth + 2].filter((child) => child <= 1_000 && marker === '0');
        const folders = children.map((child) => ({ type: 'folder', id: String(child), name: `Folder ${child}` }));
        const files = Array.from({ length: 500 }, (_, each) => ({
          type: 'file',
          id: `${nth}${marker}${each}`,
          name: `File ${each}`,
          size: each,
        }));
        return { nextMarker: marker === '0' ? '1' : undefined, rawData: { entries: [...folders, ...files] } };
      },
    },
  } as never;

  it('stays flat over a million items', { timeout: 60_000 }, async () => {
    let items = 0;
    const heaps: number[] = [];
    for await (const page of content.owned(endless, { owner: '7', facts: ['size'] })) {
      const before = Math.floor(items / 100_000);
      items += page.items.length;
      if (Math.floor(items / 100_000) > before) heaps.push(heapMiB());
    }
    expect(items).toBeGreaterThan(1_000_000);
    const [first = 0, ...others] = heaps;
    expect(Math.max(...others) - first).toBeLessThan(2);
  });
});
