import { expect, test } from 'vitest';
import { call, mint } from '../http/box-http.ts';
import { startBox } from '../server.ts';

interface Entry {
  readonly type: string;
  readonly id: string;
  readonly owned_by: { readonly id: string };
  readonly shared_link: { readonly access: string; readonly is_password_enabled: boolean; readonly unshared_at: string | null } | null;
  readonly has_collaborations?: boolean;
}

test('links and collaborators of a seed are exactly those that a walk as each user meets', { timeout: 60_000 }, async () => {
  await using box = await startBox({ users: 120, contentFolders: 90, seed: 5, ratePerMinute: Number.POSITIVE_INFINITY, journalLimit: 0 });
  const links: Record<string, number> = { open: 0, company: 0, collaborators: 0 };
  const found = { openWithPassword: 0, openWithExpiry: 0, external: 0, pending: 0, internal: 0 };
  const people = new Set<string>();
  let received = 0;
  for (let index = 0; index < 120; index++) {
    const { id, status } = box.enterprise.userAt(index);
    if (status === 'inactive') box.enterprise.change(id, { status: 'active' });
    const token = await mint(box, id);
    const queue = ['0'];
    for (const folder of queue) {
      const path = `/2.0/folders/${folder}/items?limit=1000&fields=owned_by,shared_link,has_collaborations`;
      for (const item of (await call(box, token, 'GET', path)).body.entries as Entry[]) {
        if (item.type === 'web_link') continue;
        if (item.owned_by.id !== id) {
          received++;
          continue;
        }
        if (item.type === 'folder') queue.push(item.id);
        if (item.shared_link) {
          links[item.shared_link.access] = (links[item.shared_link.access] ?? 0) + 1;
          if (item.shared_link.access === 'open' && item.shared_link.is_password_enabled) found.openWithPassword++;
          if (item.shared_link.access === 'open' && item.shared_link.unshared_at) found.openWithExpiry++;
        }
        if (!item.has_collaborations) continue;
        for (const { item: of, accessible_by: by, invite_email: email, status: state } of (
          await call(box, token, 'GET', `/2.0/${item.type}s/${item.id}/collaborations`)
        ).body.entries) {
          // Who has access by a folder above is listed too, and counted there.
          if (of.id !== item.id) continue;
          if (by?.login.endsWith('@northwind.example')) found.internal++;
          else {
            found.external++;
            if (state === 'pending') found.pending++;
            people.add(by?.id ?? email);
          }
        }
      }
    }
  }
  const totals = box.desk.sharing();
  expect(totals).toEqual({ links, ...found, outsiders: people.size });
  expect(received).toBe(totals.internal);
  for (const count of [totals.links.open, totals.openWithPassword, totals.openWithExpiry, totals.pending, totals.outsiders])
    expect(count).toBeGreaterThan(0);
});
