import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { contentWithin } from '../../../../lib/box/content/content.ts';
import { itemId, within } from '../../../sandbox/box/enterprise/content-tree.ts';
import { call, mint } from '../../../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../../../sandbox/box/server.ts';
import { managersFor } from '../managers.ts';
import { newOwner } from './grove.ts';

let box: BoxSimulator;
beforeAll(async () => {
  box = await startBox({ users: 60, contentFolders: 400, ratePerMinute: 1e9 });
});
afterAll(() => box.close());

const content = contentWithin(new AbortController().signal);
const as = (id: string) => managersFor(box, { subject: { type: 'user', id } });
const owner = '11000001';
const seeded = () => [...within(box.enterprise.content(box.enterprise.listed(0)).root)];

describe('the shared links of a user', () => {
  it('are all that there are, each with whom it works for', async () => {
    const pages = await Array.fromAsync(content.linked(as(owner), { owner, facts: ['size'] }));
    const found = pages.flatMap(({ items }) =>
      items.map(({ id, sharedLink }) => [id, sharedLink?.effectiveAccess, sharedLink?.hasPassword]),
    );
    const expected = seeded().flatMap((item) => {
      const link = item.more?.link;
      return link ? [[itemId(item), link.access, link.password !== undefined]] : [];
    });
    expect(found.toSorted()).toEqual(expected.toSorted());
    expect(found.length).toBeGreaterThan(50);
  });

  it('that a rule has narrowed are told from those that their maker narrowed', async () => {
    const someone = newOwner(box);
    const folder = box.desk.folder(someone, '0', 'Restricted');
    const token = await mint(box, someone);
    await call(box, token, 'PUT', `/2.0/folders/${folder}`, { shared_link: { access: 'open' } });
    box.enterprise.widestLink = 'company';
    const [page] = await Array.fromAsync(content.linked(as(someone), { owner: someone }));
    box.enterprise.widestLink = 'open';
    expect(page?.items[0]?.sharedLink).toMatchObject({ access: 'open', effectiveAccess: 'company' });
  });
});

describe('the collaborations of an item', () => {
  it('are those of the item itself, pending ones too, and none of the folders above', async () => {
    const items = seeded().filter((item) => item.parent && item.type !== 'web_link');
    let met = 0;
    for (const item of items.filter(({ more, parent }) => more?.collaborations || parent?.more?.collaborations)) {
      const of = { type: item.type as 'file' | 'folder', id: itemId(item) };
      const listed = await Array.fromAsync(content.collaborations(as(owner), of));
      expect(listed.map(({ id }) => id).toSorted()).toEqual((item.more?.collaborations ?? []).map(({ id }) => id).toSorted());
      for (const { grantee, inviteEmail, status } of listed) {
        expect(grantee === null).toBe(status === 'pending' && inviteEmail !== null);
        if (grantee?.type === 'user') expect(grantee.login).toContain('@');
      }
      met += listed.length;
    }
    expect(met).toBeGreaterThan(20);
  });

  it('that a user has not answered are asked for as such', async () => {
    expect(await Array.fromAsync(content.invitations(as(newOwner(box))))).toEqual([]);
    const asked = new URLSearchParams(box.journal.entries.at(-1)?.query);
    expect([asked.get('status'), asked.get('offset')]).toEqual(['pending', '0']);
  });
});
