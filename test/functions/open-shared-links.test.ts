import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import openSharedLinks from '../../functions/scheduled/open-shared-links.ts';
import { newOwner } from '../lib/box/content/grove.ts';
import { itemId, within } from '../sandbox/box/enterprise/content-tree.ts';
import { call, mint } from '../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../sandbox/box/server.ts';
import { applyAll, type Played, type PlayOptions, play, rosterOf } from './step-job.ts';

let box: BoxSimulator;
let whole: Played;
/** The `if-match` of every write. */
const guards: unknown[] = [];
beforeAll(async () => {
  box = await startBox({
    users: 60,
    contentFolders: 200,
    seed: 4,
    ratePerMinute: 1e9,
    onExchange: ({ method, requestHeaders }) => method === 'PUT' && guards.push(requestHeaders['if-match']),
  });
  whole = await play(openSharedLinks, box, { users: rosterOf(box) });
});
afterAll(() => box.close());

/** What the simulator knows of every link of the users of the roster. */
function links() {
  const all = rosterOf(box).flatMap(({ id }) => {
    const user = box.enterprise.user(id);
    return user ? [...within(box.enterprise.content(user).root)] : [];
  });
  return all.flatMap((item) => (item.more?.link ? [{ id: itemId(item), item, link: item.more.link }] : []));
}

const open = () => links().filter(({ link }) => link.access === 'open');
const ids = (rows: readonly { readonly id?: unknown }[]) => rows.map(({ id }) => id).toSorted();

/** A user with one file and a link, and the job as that user. */
async function oneLink(link: object, options: PlayOptions = {}, name = 'a.txt') {
  const owner = newOwner(box);
  const id = box.desk.upload(owner, '0', name, 1);
  await call(box, await mint(box, owner), 'PUT', `/2.0/files/${id}`, { shared_link: { access: 'open', ...link } });
  const user = { id: owner, name: 'Owner', login: 'owner@northwind.example', role: 'user' };
  return { id, owner, played: await play(openSharedLinks, box, { ...options, users: [user], asOf: new Date() }) };
}

const linkOf = async (owner: string, id: string) =>
  (await call(box, await mint(box, owner), 'GET', `/2.0/files/${id}?fields=shared_link`)).body.shared_link;

describe('the report on open links', () => {
  it('has every link that works for anyone, and no other', () => {
    expect(ids(whole.rows)).toEqual(ids(open()));
    expect(whole.counts).toMatchObject({ considered: links().length, open: open().length });
    expect(open().length).toBeGreaterThan(50);
  });

  it('says of each what Box says of it', () => {
    const rows = new Map(whole.rows.map((row) => [row.id, row]));
    for (const { id, item, link } of open()) {
      const { path, ...row } = rows.get(id) ?? {};
      expect(String(path).endsWith(`/${item.name}`)).toBe(true);
      expect(row).toMatchObject({ type: item.type, downloads: link.downloads, password: link.password === undefined ? 'no' : 'yes' });
      expect(row.ends === null).toBe(link.expiresAt === undefined);
    }
  });

  it('is the same when every page is a step of its own and every third step crashes', async () => {
    const cut = await play(openSharedLinks, box, { users: rosterOf(box), stepLength: 1, crashEvery: 3 });
    expect(cut.steps).toBeGreaterThan(whole.steps);
    expect(cut.plan).toEqual(whole.plan);
    for (const file of ['rows.csv', 'rows.ndjson'] as const) expect(cut.text(file)).toBe(whole.text(file));
    expect(Math.max(...cut.cursors.map(({ length }) => length))).toBeLessThan(4_096);
  });

  it('shows in a spreadsheet and on the page what a name is, whatever is in it', async () => {
    const name = '=HYPERLINK("http://evil.example") <script>alert(1)</script>\u202Etxt 🦉.txt';
    const { played } = await oneLink({}, {}, name);
    expect(played.rows[0]?.path).toBe(`/${name}`);
    expect(played.text('rows.csv')).toContain('"/=HYPERLINK(""http://evil.example"")');
    expect(played.text('report.html')).not.toContain('<script>alert');
  });

  it('of a company without links is whole and empty', async () => {
    const owner = newOwner(box);
    const played = await play(openSharedLinks, box, {
      users: [{ id: owner, name: 'Nobody', login: 'nobody@northwind.example', role: null }],
    });
    expect([played.rows, played.plan]).toEqual([[], []]);
    expect(played.text('manifest.json')).toContain('"Open links"');
  });
});

describe('the plan', () => {
  it('proposes by the first rule that fits, and leaves alone what none fits and what is to be kept', async () => {
    const kept = open()[0]?.id ?? '';
    const rules = [
      { do: 'remove', itemOlderThanDays: 1_000, downloadsAtMost: 0 },
      { do: 'restrict', type: 'folder' },
      { do: 'expire', days: 7, hasPassword: false, hasEnd: false },
    ];
    const { plan, rows } = await play(openSharedLinks, box, { users: rosterOf(box), params: { rules, keep: [kept] } });
    const expected = open().map(({ id, item, link }) => {
      const days = Math.floor((Date.UTC(2026, 0, 1) - item.createdAt) / 86_400_000);
      if (id === kept) return [id, undefined];
      if (days >= 1_000 && link.downloads === 0) return [id, 'remove'];
      if (item.type === 'folder') return [id, 'restrict'];
      return [id, link.password === undefined && link.expiresAt === undefined ? 'expire' : undefined];
    });
    const planned = new Map(plan.map(({ item, what }) => [item.id, what]));
    expect(rows.map(({ id }) => [id, planned.get(String(id))]).toSorted()).toEqual(expected.toSorted());
    expect(new Set(planned.values()).size).toBe(3);
    expect(rows.filter(({ planned }) => planned !== null)).toHaveLength(plan.length);
  });

  it('never prolongs a link that ends earlier by itself', async () => {
    const end = new Date(Date.now() + 2 * 86_400_000).toISOString();
    const { played } = await oneLink({ unshared_at: end }, { params: { rules: [{ do: 'expire', days: 7 }] } });
    expect([played.rows.length, played.plan.length]).toEqual([1, 0]);
  });

  it('touches nothing', () => {
    expect(
      box.journal.entries.filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token' && !path.startsWith('/2.0/files/')),
    ).toEqual([]);
  });
});

describe('carrying it out', () => {
  it.each([
    ['expire', { effective_access: 'open' }, { access: 'open', end: null }],
    ['restrict', { effective_access: 'company', unshared_at: null }, { access: 'open', end: null }],
    ['remove', null, undefined],
  ] as const)('%s: does it, says what was, and finds it done the second time', async (what, after, undo) => {
    const { id, owner, played } = await oneLink({}, { params: { rules: [{ do: what, days: 7 }] } });
    const [applied] = await applyAll(openSharedLinks, box, played.plan, owner);
    expect(applied).toMatchObject({ outcome: 'done', before: { access: 'open', end: null } });
    // Box itself refuses the write to an item that changes after the look.
    expect(guards.at(-1)).toBe(played.plan[0]?.item.etag);
    const kept = applied?.outcome === 'done' ? applied.undo : null;
    expect(kept).toEqual(undo && expect.objectContaining(undo));
    const link = await linkOf(owner, id);
    if (after) expect(link).toMatchObject(after);
    else expect(link).toBeNull();
    if (what === 'expire') expect(new Date(link.unshared_at).getTime()).toBeCloseTo(Date.now() + 7 * 86_400_000, -5);
    expect(await applyAll(openSharedLinks, box, played.plan, owner)).toEqual([{ outcome: 'already' }]);
  });

  it('works on folders and web links too', async () => {
    const owner = newOwner(box);
    const token = await mint(box, owner);
    const [folder, link] = [box.desk.folder(owner, '0', 'F'), box.desk.webLink(owner, '0', 'W')];
    for (const path of [`folders/${folder}`, `web_links/${link}`])
      await call(box, token, 'PUT', `/2.0/${path}`, { shared_link: { access: 'open' } });
    for (const what of ['expire', 'restrict', 'remove']) {
      const users = [{ id: owner, name: 'Owner', login: 'owner@northwind.example', role: 'user' }];
      if (what === 'remove')
        for (const path of [`folders/${folder}`, `web_links/${link}`])
          await call(box, token, 'PUT', `/2.0/${path}`, { shared_link: { access: 'open' } });
      const { plan } = await play(openSharedLinks, box, { users, params: { rules: [{ do: what }] }, asOf: new Date() });
      expect((await applyAll(openSharedLinks, box, plan, owner)).map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    }
  });

  it('leaves alone what has changed since, what is gone, and a date that has passed', async () => {
    const rules = [{ do: 'expire', days: 7 }];
    const changed = await oneLink({}, { params: { rules } });
    await call(box, await mint(box, changed.owner), 'PUT', `/2.0/files/${changed.id}`, { name: 'renamed.txt' });
    expect(await applyAll(openSharedLinks, box, changed.played.plan, changed.owner)).toEqual([{ outcome: 'changed' }]);
    expect(await linkOf(changed.owner, changed.id)).toMatchObject({ unshared_at: null });

    const gone = await oneLink({}, { params: { rules } });
    await call(box, await mint(box, gone.owner), 'DELETE', `/2.0/files/${gone.id}`);
    expect(await applyAll(openSharedLinks, box, gone.played.plan, gone.owner)).toEqual([{ outcome: 'changed' }]);

    const late = await oneLink({}, { params: { rules } });
    const plan = late.played.plan.map((action) => ({ ...action, details: { end: '2026-01-02T00:00:00.000Z' } }));
    expect(await applyAll(openSharedLinks, box, plan, late.owner)).toEqual([{ outcome: 'changed' }]);
  });

  it('does nothing when the item changes between the look and the write', async () => {
    const { id, owner, played } = await oneLink({}, { params: { rules: [{ do: 'remove' }] } });
    box.faults.once({ method: 'PUT', path: `/2.0/files/${id}` }, { kind: 'status', status: 412 });
    expect(await applyAll(openSharedLinks, box, played.plan, owner)).toEqual([{ outcome: 'changed' }]);
    const writes = box.journal.entries.filter(({ method, path }) => method === 'PUT' && path === `/2.0/files/${id}`);
    expect(writes.at(-1)?.status).toBe(412);
  });
});
