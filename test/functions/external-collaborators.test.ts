import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import externalCollaborators from '../../functions/scheduled/external-collaborators.ts';
import { newOwner } from '../lib/box/content/grove.ts';
import { itemId, within } from '../sandbox/box/enterprise/content-tree.ts';
import { call, mint } from '../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../sandbox/box/server.ts';
import { liveCollaborations } from '../sandbox/box/sharing/collaboration.ts';
import { externalById } from '../sandbox/box/sharing/external-user.ts';
import { applyAll, type Played, type PlayOptions, play, rosterOf } from './step-job.ts';

let box: BoxSimulator;
let whole: Played;
beforeAll(async () => {
  box = await startBox({ users: 60, contentFolders: 200, seed: 4, ratePerMinute: 1e9 });
  whole = await play(externalCollaborators, box, { users: rosterOf(box) });
});
afterAll(() => box.close());

/** What the simulator knows of everybody who was given something by a user of the roster. */
function collaborations() {
  const all = rosterOf(box).flatMap(({ id }) => {
    const user = box.enterprise.user(id);
    return user ? [...within(box.enterprise.content(user).root)] : [];
  });
  return all.flatMap((item) =>
    liveCollaborations(item, Date.now()).map((each) => {
      const login =
        each.inviteEmail ?? box.enterprise.user(each.grantee?.id ?? '')?.login ?? externalById(4, each.grantee?.id ?? '')?.login ?? '';
      return { id: each.id, login, role: each.role, status: each.status, item: itemId(item), createdAt: each.createdAt };
    }),
  );
}

const outside = () => collaborations().filter(({ login }) => !login.endsWith('@northwind.example'));

/** A folder that was given to one outsider, and the job as its owner. */
async function oneOutsider(login: string, role: string, options: PlayOptions) {
  const owner = newOwner(box);
  const folder = box.desk.folder(owner, '0', 'Given');
  const token = await mint(box, owner);
  const body = { item: { type: 'folder', id: folder }, accessible_by: { type: 'user', login }, role };
  const { id } = (await call(box, token, 'POST', '/2.0/collaborations', body)).body;
  const users = [{ id: owner, name: 'Owner', login: 'owner@northwind.example', role: 'user' }];
  return { owner, token, id: String(id), played: await play(externalCollaborators, box, { ...options, users, asOf: new Date() }) };
}

describe('the report on external collaborators', () => {
  it('has everybody of another domain, once for each item that they were given, and nobody else', () => {
    const rows = whole.rows.map(({ id, login, role, status, itemId }) => ({ id, login, role, status, item: itemId }));
    const expected = outside().map(({ createdAt: _, ...each }) => each);
    expect(rows.toSorted((a, b) => Number(a.id) - Number(b.id))).toEqual(expected.toSorted((a, b) => Number(a.id) - Number(b.id)));
    expect(whole.counts.considered).toBe(collaborations().length);
    expect(expected.filter(({ status }) => status === 'pending').length).toBeGreaterThan(2);
    expect(collaborations().length).toBeGreaterThan(expected.length);
    const { totals } = JSON.parse(whole.text('manifest.json'));
    expect(totals[0]).toMatchObject({ label: 'Outsiders', value: new Set(expected.map(({ login }) => login)).size });
  });

  it('has a row for each outsider too, with all that they were given by anybody', () => {
    const table = whole
      .text('outsiders.ndjson')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const expected = Map.groupBy(outside(), ({ login }) => login);
    expect(table.map(({ login, items }) => [login, items]).toSorted()).toEqual(
      [...expected].map(([login, all]) => [login, all.length]).toSorted(),
    );
    for (const { login, pending, owners, role } of table) {
      const given = whole.rows.filter((row) => row.login === login);
      expect(pending).toBe(given.filter(({ status }) => status === 'pending').length);
      expect(owners).toBe(new Set(given.map(({ owner }) => owner)).size);
      expect(given.map((row) => row.role)).toContain(role);
    }
    expect(whole.text('report.html')).toContain('outsiders.csv');
  });

  it('lets allowed domains through, but not those that only look like them', async () => {
    const [{ login = '' } = {}] = outside();
    const domain = login.split('@')[1] ?? '';
    const allowed = async (...allowedDomains: string[]) =>
      (await play(externalCollaborators, box, { users: rosterOf(box), params: { allowedDomains } })).rows;
    const left = outside().filter((each) => !each.login.endsWith(`@${domain}`));
    expect(await allowed(domain.toUpperCase())).toHaveLength(left.length);
    expect(await allowed(`mail.${domain}`, domain.slice(1), `${domain}.evil.example`)).toHaveLength(outside().length);
  });

  it('is the same when steps end at every yield and every third one crashes', async () => {
    const cut = await play(externalCollaborators, box, { users: rosterOf(box), stepLength: 1, crashEvery: 3 });
    expect(cut.steps).toBeGreaterThan(whole.steps);
    expect(cut.plan).toEqual(whole.plan);
    expect(cut.text('rows.csv')).toBe(whole.text('rows.csv'));
  });

  it('can stop in the middle of a page with hundreds of shared items', async () => {
    const owner = newOwner(box);
    const token = await mint(box, owner);
    for (let nth = 0; nth < 130; nth++) {
      const folder = box.desk.folder(owner, '0', `Folder ${nth}`);
      const body = {
        item: { type: 'folder', id: folder },
        accessible_by: { type: 'user', login: `p${nth}@contoso.example` },
        role: 'viewer',
      };
      await call(box, token, 'POST', '/2.0/collaborations', body);
    }
    const users = [{ id: owner, name: 'Owner', login: 'owner@northwind.example', role: null }];
    const cut = await play(externalCollaborators, box, { users, stepLength: 1 });
    expect(cut.rows).toHaveLength(130);
    expect(new Set(cut.rows.map(({ id }) => id)).size).toBe(130);
    expect(cut.cursors.filter((cursor) => cursor.includes('index'))).toHaveLength(2);
    expect(cut.cursors.join('')).not.toContain('contoso');
  });

  it('knows no activity of those who have not answered, and otherwise at least when they did', () => {
    for (const { status, active } of whole.rows) expect(active === null).toBe(status === 'pending');
  });
});

describe('the plan', () => {
  it('takes the first rule that fits, and weakens nobody who has no more already', async () => {
    const rules = [
      { do: 'remove', domains: ['Contoso.example'] },
      { do: 'downgrade', roles: ['co-owner', 'editor', 'viewer'], to: 'viewer' },
    ];
    const { plan } = await play(externalCollaborators, box, { users: rosterOf(box), params: { rules } });
    const expected = outside().flatMap(({ id, login, role }) => {
      if (login.endsWith('@contoso.example')) return [[id, 'remove']];
      return role === 'co-owner' || role === 'editor' ? [[id, 'downgrade']] : [];
    });
    expect(plan.map(({ item, what }) => [item.id, what]).toSorted()).toEqual(expected.toSorted());
    expect(new Set(plan.map(({ what }) => what)).size).toBe(2);
  });

  it('of itself proposes only invitations that nobody has answered for a month', async () => {
    const monthAgo = Date.UTC(2026, 0, 1) - 30 * 86_400_000;
    const pending = outside().filter(({ status, createdAt }) => status === 'pending' && createdAt <= monthAgo);
    expect(whole.plan.map(({ item }) => item.id).toSorted()).toEqual(pending.map(({ id }) => id).toSorted());
    const { played } = await oneOutsider('new@nowhere.example', 'viewer', {});
    expect([played.rows.length, played.plan.length]).toEqual([1, 0]);
  });
});

describe('carrying it out', () => {
  it('removes, says what was, and finds it done the second time', async () => {
    const { id, owner, token, played } = await oneOutsider('gone@nowhere.example', 'editor', { params: { rules: [{ do: 'remove' }] } });
    const [applied] = await applyAll(externalCollaborators, box, played.plan, owner);
    expect(applied).toMatchObject({ outcome: 'done', before: { role: 'editor' }, after: { role: null } });
    expect((await call(box, token, 'GET', `/2.0/collaborations/${id}`)).status).toBe(404);
    expect(await applyAll(externalCollaborators, box, played.plan, owner)).toEqual([{ outcome: 'already' }]);
  });

  it('gives a weaker role, and finds it given the second time', async () => {
    const { id, owner, token, played } = await oneOutsider('less@nowhere.example', 'editor', {
      params: { rules: [{ do: 'downgrade', to: 'previewer' }] },
    });
    expect(await applyAll(externalCollaborators, box, played.plan, owner)).toMatchObject([{ outcome: 'done', undo: { role: 'editor' } }]);
    expect((await call(box, token, 'GET', `/2.0/collaborations/${id}`)).body.role).toBe('previewer');
    expect(await applyAll(externalCollaborators, box, played.plan, owner)).toEqual([{ outcome: 'already' }]);
  });

  it('leaves alone whoever has another role by now', async () => {
    const { id, owner, token, played } = await oneOutsider('other@nowhere.example', 'viewer', { params: { rules: [{ do: 'remove' }] } });
    await call(box, token, 'PUT', `/2.0/collaborations/${id}`, { role: 'co-owner' });
    expect(await applyAll(externalCollaborators, box, played.plan, owner)).toEqual([{ outcome: 'changed' }]);
    expect((await call(box, token, 'GET', `/2.0/collaborations/${id}`)).body.role).toBe('co-owner');
  });

  it('leaves alone whoever has accepted meanwhile', async () => {
    const { id, owner, token, played } = await oneOutsider('late@nowhere.example', 'editor', {
      params: { rules: [{ do: 'remove', pendingForDays: 0 }] },
    });
    expect(played.plan).toHaveLength(1);
    const items = [...within(box.enterprise.content(box.enterprise.user(owner) ?? never()).root)];
    const invitation = items.flatMap((item) => liveCollaborations(item, Date.now())).find((each) => each.id === id);
    Object.assign(invitation ?? never(), { status: 'accepted' });
    expect(await applyAll(externalCollaborators, box, played.plan, owner)).toEqual([{ outcome: 'changed' }]);
    expect((await call(box, token, 'GET', `/2.0/collaborations/${id}`)).body.status).toBe('accepted');
  });

  it('takes a removal whose answer was lost for done', async () => {
    const { id, owner, token, played } = await oneOutsider('lost@nowhere.example', 'viewer', { params: { rules: [{ do: 'remove' }] } });
    box.faults.once({ method: 'DELETE', path: `/2.0/collaborations/${id}` }, { kind: 'resetAfterApply' });
    expect(await applyAll(externalCollaborators, box, played.plan, owner)).toMatchObject([
      { outcome: expect.stringMatching(/^(done|already)$/) },
    ]);
    expect((await call(box, token, 'GET', `/2.0/collaborations/${id}`)).status).toBe(404);
  });
});

function never(): never {
  throw new Error('It is not there.');
}
