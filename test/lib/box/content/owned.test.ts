import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentWithin } from '../../../../lib/box/content/content.ts';
import type { OwnedPage } from '../../../../lib/declare/content.ts';
import { call, mint } from '../../../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../../../sandbox/box/server.ts';
import { managersFor } from '../managers.ts';
import { grow, newOwner } from './grove.ts';

let box: BoxSimulator;
beforeAll(async () => {
  box = await startBox({ users: 20, contentFolders: 30, itemsPerPage: 3, ratePerMinute: 1e9 });
});
afterAll(() => box.close());

const content = contentWithin(new AbortController().signal);
const as = (id: string) => managersFor(box, { subject: { type: 'user', id } });
const walk = (owner: string, from?: string) => content.owned(as(owner), { owner, from });
const idsOf = (pages: readonly OwnedPage[]) => pages.flatMap(({ items }) => items.map(({ id }) => id));

/** Walks in pieces of these many pages, each from the cursor of the one before, as through a stored step result. */
async function inPieces(owner: string, pieces: readonly number[]): Promise<OwnedPage[]> {
  const pages: OwnedPage[] = [];
  let cursor: string | undefined;
  for (let piece = 0; piece === 0 || cursor !== undefined; piece++) {
    let left = pieces[piece % pieces.length] ?? 1;
    const from: string | undefined = cursor;
    cursor = undefined;
    for await (const page of walk(owner, from)) {
      pages.push(page);
      cursor = page.cursor;
      if (--left <= 0) break;
    }
  }
  return pages;
}

const plan = fc.record({ parent: fc.nat(), type: fc.constantFrom('folder', 'folder', 'file', 'web_link') });

describe('what a user owns', () => {
  it('is met once each, in any tree, wherever the walk is interrupted and taken up again', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plan, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 8 }),
        async (plans, pieces) => {
          const owner = newOwner(box);
          const { all, folders } = grow(box, owner, plans);
          const whole = await Array.fromAsync(walk(owner));
          expect(idsOf(whole).toSorted()).toEqual(all.toSorted());
          expect(new Set(whole.map(({ folder }) => folder.id))).toEqual(new Set(folders));
          const cut = await inPieces(owner, pieces);
          expect(idsOf(cut)).toEqual(idsOf(whole));
          expect(cut.map(({ folder }) => folder)).toEqual(whole.map(({ folder }) => folder));
          expect(whole.at(-1)?.cursor).toBeUndefined();
        },
      ),
      { numRuns: 60 },
    );
  });

  it('comes with its path and depth, also after an interruption', async () => {
    const owner = newOwner(box);
    const top = box.desk.folder(owner, '0', 'Ünder <b>& =1+1');
    const deep = box.desk.folder(owner, top, 'b');
    box.desk.upload(owner, deep, 'c.txt', 1);
    for (const pages of [await Array.fromAsync(walk(owner)), await inPieces(owner, [1])]) {
      expect(pages.map(({ folder: { path, depth } }) => [path, depth])).toEqual([
        ['/', 0],
        ['/Ünder <b>& =1+1', 1],
        ['/Ünder <b>& =1+1/b', 2],
      ]);
    }
  });

  it('leaves out what others own, with all that is in it, and counts it', async () => {
    const [owner, other] = [newOwner(box), newOwner(box)];
    const lent = box.desk.folder(other, '0', 'Lent');
    box.desk.upload(other, lent, 'not mine.txt', 1);
    const own = box.desk.upload(owner, '0', 'mine.txt', 1);
    const body = { item: { type: 'folder', id: lent }, accessible_by: { type: 'user', id: owner }, role: 'editor' };
    expect((await call(box, await mint(box, other), 'POST', '/2.0/collaborations', body)).status).toBe(201);
    const pages = await Array.fromAsync(walk(owner));
    expect(idsOf(pages)).toEqual([own]);
    expect(pages.map(({ foreign }) => foreign)).toEqual([1]);
  });

  it('can be walked two hundred levels deep, and the cursor stays small', { timeout: 60_000 }, async () => {
    const owner = newOwner(box);
    let parent = '0';
    for (let depth = 1; depth <= 200; depth++) parent = box.desk.folder(owner, parent, `Level ${depth} ${'x'.repeat(200)}`);
    const pages = await inPieces(owner, [50]);
    expect(pages.map(({ folder }) => folder.depth)).toEqual(Array.from({ length: 201 }, (_, depth) => depth));
    expect(Math.max(...pages.map(({ cursor = '' }) => cursor.length))).toBeLessThan(16 * 1024);
  });

  it('has the facts that were asked for, and asks Box for no others', async () => {
    const owner = newOwner(box);
    const id = box.desk.upload(owner, '0', 'a.txt', 77);
    await call(box, await mint(box, owner), 'PUT', `/2.0/files/${id}`, { shared_link: { access: 'open', password: 'canary' } });
    const facts = ['size', 'etag', 'modifiedBy', 'sharedLink', 'hasCollaborations'] as const;
    const [page] = await Array.fromAsync(content.owned(as(owner), { owner, facts }));
    expect(page?.items).toEqual([
      {
        ...{ type: 'file', id, name: 'a.txt', size: 77, etag: '1', modifiedBy: owner, hasCollaborations: false },
        sharedLink: {
          ...{ access: 'open', effectiveAccess: 'open', effectivePermission: 'can_download', hasPassword: true },
          ...{ expiresAt: null, downloads: 0, previews: 0 },
        },
      },
    ]);
    const asked = new URLSearchParams(box.journal.entries.findLast(({ path }) => path.endsWith('/items'))?.query).get('fields');
    expect(asked).toBe('type,id,name,owned_by,size,etag,modified_by,shared_link,has_collaborations');
  });
});
