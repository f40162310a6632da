import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ContentItem, itemId, within } from '../enterprise/content-tree.ts';
import { call, mint, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';

const people = ['11000001', '11000002', '11000004'] as const;

const kinds = ['folder', 'upload', 'version', 'move', 'rename', 'copy', 'trash', 'restore', 'purge', 'share', 'give'] as const;

type Step = readonly [what: string, first: number, second: number, name: string];

/** What needs something to have been thrown away before comes oftener, or it would seldom succeed. */
const drawn = [...kinds, 'trash', 'restore', 'restore', 'purge'] as const;

const steps = fc.array(fc.tuple(fc.constantFrom(...drawn), fc.nat(200), fc.nat(200), fc.constantFrom('a', 'b', 'c', 'A')), {
  minLength: 15,
  maxLength: 40,
});

/** Whatever happens, by whomever, through the API alone. */
async function take(box: BoxSimulator, tokens: readonly string[], [what, first, second, name]: Step): Promise<boolean> {
  const token = tokens[first % tokens.length] ?? '';
  const user = box.enterprise.user(people[first % people.length] ?? '');
  const mine = user ? [...within(box.enterprise.content(user).root)] : [];
  const item = mine[second % mine.length] as ContentItem;
  const folders = mine.filter(({ type }) => type === 'folder');
  const target = itemId(folders[(first * 7 + second) % folders.length] as ContentItem);
  const path = `/2.0/${item.type}s/${itemId(item)}`;
  const ask = (method: string, at: string, body?: unknown) => call(box, token, method, at, body);
  const shared = { item: { type: item.type, id: itemId(item) }, accessible_by: { type: 'user', id: people[second % 3] }, role: 'editor' };
  const steps: Record<string, () => Promise<{ readonly status: number }>> = {
    folder: () => ask('POST', '/2.0/folders', { name, parent: { id: target } }),
    upload: () => upload(box, token, { name: `${name}.txt`, folder: target, content: name.repeat(second) }),
    version: () => upload(box, token, { name, fileId: itemId(item), content: name.repeat(first) }),
    move: () => ask('PUT', path, { parent: { id: target } }),
    rename: () => ask('PUT', path, { name: `${name}${second % 3}` }),
    copy: () => ask('POST', `${path}/copy`, { parent: { id: target }, name: `${name} copy` }),
    trash: () => ask('DELETE', `${path}?recursive=true`),
    restore: async () => {
      const [owner, id] = await somethingThrownAway(box, tokens, first);
      return call(box, owner, 'POST', `/2.0/folders/${id}`);
    },
    purge: async () => {
      const [owner, id] = await somethingThrownAway(box, tokens, first);
      return call(box, owner, 'DELETE', `/2.0/folders/${id}/trash`);
    },
    share: () => ask('POST', '/2.0/collaborations', shared),
    give: async () => {
      const { body } = await ask('POST', '/2.0/collaborations', shared);
      return ask('PUT', `/2.0/collaborations/${body?.id}`, { role: 'owner' });
    },
  };
  const answer = await steps[what]?.();
  expect(answer?.status).toBeLessThan(500);
  return (answer?.status ?? 500) < 300;
}

/** A folder in anybody's trash, with its owner's token: asking one person only would almost always find an empty trash. */
async function somethingThrownAway(
  box: BoxSimulator,
  tokens: readonly string[],
  from: number,
): Promise<readonly [token: string, id: string]> {
  for (const nth of tokens.keys()) {
    const token = tokens[(from + nth) % tokens.length] ?? '';
    const { body } = await call(box, token, 'GET', '/2.0/folders/trash/items');
    const folder = body.entries.find(({ type }: { type: string }) => type === 'folder');
    if (folder) return [token, folder.id];
  }
  return [tokens[0] ?? '', '1'];
}

/** @returns etags by id. */
function checkTrees(box: BoxSimulator, trashed: (item: ContentItem) => boolean): Map<string, number> {
  const seen = new Set<ContentItem>();
  const etags = new Map<string, number>();
  for (let nth = 0; nth < box.enterprise.users; nth++) {
    for (const item of within(box.enterprise.content(box.enterprise.listed(nth)).root)) {
      expect(seen.has(item)).toBe(false);
      seen.add(item);
      etags.set(itemId(item) === '0' ? `root ${nth}` : itemId(item), item.etag);
      for (const child of item.children) expect(child.parent).toBe(item);
      const names = item.children.map(({ name }) => name.toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      if (item.type === 'folder') expect(item.size).toBe(item.children.reduce((sum, { size }) => sum + size, 0));
      expect(trashed(item)).toBe(false);
    }
  }
  return etags;
}

test('folders stay trees with right sizes and one item of a name; etags only grow', { timeout: 120_000 }, async () => {
  const done: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(steps, async (list) => {
      await using box = await startBox({ users: 5, contentFolders: 6, ratePerMinute: Number.POSITIVE_INFINITY, limitScale: 1000 });
      for (const id of people) box.enterprise.change(id, { status: 'active' });
      const tokens = await Promise.all(people.map((id) => mint(box, id)));
      let before = checkTrees(box, () => false);
      for (const step of list) {
        if (await take(box, tokens, step)) done[step[0]] = (done[step[0]] ?? 0) + 1;
        const after = checkTrees(box, ({ more }) => more?.trashedAt !== undefined);
        for (const [id, etag] of after) expect(etag).toBeGreaterThanOrEqual(before.get(id) ?? 0);
        before = after;
      }
    }),
    { numRuns: 40 },
  );
  process.stdout.write(`done in the trees: ${JSON.stringify(done)}\n`);
  // Refusals alone would prove nothing.
  for (const count of kinds.map((kind) => done[kind] ?? 0)) expect(count).toBeGreaterThan(0);
});

test('what users use is the sum of what they own, versions and trash included', async () => {
  await using box = await startBox({ users: 5, contentFolders: 4 });
  const token = await mint(box, '11000001');
  const used = () => box.enterprise.user('11000001')?.spaceUsed ?? 0;
  const before = used();
  const { file } = await upload(box, token, { name: 'a', content: 'x'.repeat(10) });
  await upload(box, token, { name: 'a', fileId: file.id, content: 'x'.repeat(5) });
  expect(used() - before).toBe(15);
  await call(box, token, 'DELETE', `/2.0/files/${file.id}`);
  expect(used() - before).toBe(15);
  await call(box, token, 'DELETE', `/2.0/files/${file.id}/trash`);
  expect(used()).toBe(before);
});

test('what lies in the trash stays with whoever threw it away, whoever owns its folder by then', async () => {
  await using box = await startBox({ users: 5, contentFolders: 4 });
  for (const id of people) box.enterprise.change(id, { status: 'active' });
  const [former, owner] = ['11000001', '11000002'] as const;
  const token = await mint(box, former);
  const used = (id: string) => box.enterprise.user(id)?.spaceUsed ?? 0;
  const before = [used(former), used(owner)];
  const folder = (await call(box, token, 'POST', '/2.0/folders', { name: 'Handed over', parent: { id: '0' } })).body.id;
  const gone = (await upload(box, token, { name: 'gone', folder, content: 'x'.repeat(10) })).file.id;
  const back = (await upload(box, token, { name: 'back', folder, content: 'x'.repeat(3) })).file.id;
  for (const id of [gone, back]) await call(box, token, 'DELETE', `/2.0/files/${id}`);
  const shared = { item: { type: 'folder', id: folder }, accessible_by: { type: 'user', id: owner }, role: 'editor' };
  const { body } = await call(box, token, 'POST', '/2.0/collaborations', shared);
  await call(box, token, 'PUT', `/2.0/collaborations/${body.id}`, { role: 'owner' });
  expect((await call(box, token, 'DELETE', `/2.0/files/${gone}/trash`)).status).toBe(204);
  expect((await call(box, token, 'DELETE', `/2.0/files/${gone}/trash`)).status).toBe(404);
  expect([used(former), used(owner)]).toEqual([(before[0] ?? 0) + 3, before[1]]);
  expect((await call(box, token, 'POST', `/2.0/files/${back}`)).status).toBe(201);
  expect([used(former), used(owner)]).toEqual([before[0], (before[1] ?? 0) + 3]);
});
