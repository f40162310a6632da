import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import inactiveUsers from '../../functions/scheduled/inactive-users.ts';
import { Clock, day } from '../sandbox/box/clock.ts';
import { call, mint } from '../sandbox/box/http/box-http.ts';
import type { BoxOptions } from '../sandbox/box/options.ts';
import { type BoxSimulator, startBox } from '../sandbox/box/server.ts';
import { applyAll, type PlayOptions, play } from './step-job.ts';

const days = 28;
const clock = new Clock();
let box: BoxSimulator;
let slowEvents = () => {};
const onExchange: BoxOptions['onExchange'] = ({ path }) => path === '/2.0/events' && slowEvents();
beforeEach(async () => {
  box = await startBox({
    users: 400,
    contentFolders: 5,
    seed: 9,
    loginDays: 30,
    eventLagSeconds: 0,
    ratePerMinute: 1e9,
    now: clock.now,
    onExchange,
  });
});
afterEach(() => box.close());

const run = (options: PlayOptions = {}) =>
  play(inactiveUsers, box, { asOf: new Date(clock.now()), ...options, params: { days, ...(options.params as object) } });

/** Who has an old enough account and has not logged in within the window, by the simulator's own book. */
function silent() {
  const from = clock.now() - days * day;
  const users = Array.from({ length: box.enterprise.users }, (_, nth) => box.enterprise.listed(nth));
  return users.filter(({ id, createdAt }) => createdAt < from && (box.desk.lastLogin(id) ?? 0) < from);
}

const ids = (list: readonly { readonly id?: unknown }[]) => list.map(({ id }) => String(id)).toSorted();
const statusOf = async (id: string) => (await call(box, await mint(box), 'GET', `/2.0/users/${id}?fields=status`)).body?.status;

describe('the report on inactive users', () => {
  it('has everybody without a login in these days, and no one else', async () => {
    const { rows, counts } = await run();
    expect(ids(rows)).toEqual(ids(silent()));
    expect(counts).toMatchObject({ considered: 400, silent: silent().length });
    expect(silent().length).toBeGreaterThan(40);
  });

  it('says how many licences rolling them out would free: those of nobody who is kept', async () => {
    const { text } = await run();
    const licences = silent().filter(({ role }) => role === 'user').length;
    expect(JSON.parse(text('manifest.json')).totals.at(-1)).toEqual({
      label: 'Licences that rolling out would free',
      value: licences,
      kind: 'count',
    });
  });

  it('lets a newcomer be', async () => {
    const login = 'new.comer@northwind.example';
    const { body } = await call(box, await mint(box), 'POST', '/2.0/users', { name: 'New', login });
    expect(ids((await run()).rows)).not.toContain(body.id);
  });

  it('is the same when every page of users and twenty of events are a step, and every other step crashes', async () => {
    const whole = await run();
    for (let nth = 0; nth < 12_000; nth++) box.desk.login('11000001', clock.now() - 5 * day + nth);
    const cut = await run({ stepLength: 1, crashEvery: 2 });
    expect(cut.steps).toBeGreaterThan(2);
    expect(cut.text('rows.csv')).toBe(whole.text('rows.csv'));
    expect(cut.plan).toEqual(whole.plan);
    expect(cut.cursors.join('')).not.toMatch(/northwind/);
  });
});

it('the report keeps seventy thousand silent users in mind, and its cursor within what a cursor may be', async () => {
  const old = { value: new Date('2020-01-01T00:00:00Z') };
  const pageOf = (marker = '0') => {
    const from = Number(marker);
    // As far apart as a large enterprise's ids are.
    const entries = Array.from({ length: 1_000 }, (_, nth) => ({ id: String(11_000_000_000 + (from + nth) * 20_000), createdAt: old }));
    return { entries, ...(from + 1_000 < 70_000 && { nextMarker: String(from + 1_000) }) };
  };
  const users = { getUsers: async ({ marker }: { readonly marker?: string }) => pageOf(marker) };
  const events = { getEvents: async () => ({ entries: [], nextStreamPosition: '0' }) };
  const { counts, cursors } = await play(inactiveUsers, { managers: { users, events } }, { stepLength: 30 });
  expect(counts).toMatchObject({ considered: 70_000, silent: 70_000 });
  expect(counts).not.toHaveProperty('unjudged');
  expect(cursors.length).toBeGreaterThan(1);
  expect(Math.max(...cursors.map(({ length }) => length))).toBeLessThan(1_000_000);
});

describe('the plan', () => {
  it('deactivates those who can log in still, and keeps administrators and exceptions', async () => {
    const [byId, byLogin] = silent().filter(({ role, status }) => role === 'user' && status !== 'inactive');
    box.enterprise.change(silent().at(-1)?.id ?? '', { role: 'coadmin', status: 'active' });
    const keep = [byId?.id ?? '', (byLogin?.login ?? '').toUpperCase()];
    const { plan, rows } = await run({ params: { keep } });
    const expected = silent().filter(
      ({ id, role, status }) => role === 'user' && status !== 'inactive' && id !== byId?.id && id !== byLogin?.id,
    );
    expect(plan.map(({ item }) => item.id).toSorted()).toEqual(ids(expected));
    expect(new Set(plan.map(({ what }) => what))).toEqual(new Set(['deactivate']));
    expect(new Set(rows.map(({ kept }) => kept))).toEqual(new Set([null, 'named as an exception', 'role coadmin']));
  });

  it('rolls out those who are deactivated as well, and never without approval', async () => {
    const { plan } = await run({ params: { do: 'rollOut' } });
    expect(plan.map(({ item }) => item.id).toSorted()).toEqual(ids(silent().filter(({ role }) => role === 'user')));
    expect(inactiveUsers.modes).toEqual(['report', 'approve']);
  });

  it.each([
    ['begin too late', { days: 90 }, () => {}, 'begin later'],
    ['end too early', {}, () => clock.advance(5 * day), 'end earlier'],
    ['are none', { events: ['NOTHING_OF_THE_KIND'] }, () => {}, 'no events at all'],
    [
      'stop in the middle',
      {},
      () => box.faults.always({ path: '/2.0/events', nth: 2 }, { kind: 'status', status: 200, body: stuck }),
      'stopped giving',
    ],
  ])('is none when the events %s', async (_, params, trouble, sentence) => {
    trouble();
    const { plan, incomplete, rows, text } = await run({ params });
    expect(plan).toEqual([]);
    expect(incomplete).toEqual([expect.stringContaining(sentence)]);
    expect(rows.every(({ planned }) => planned === null)).toBe(true);
    expect(text('report.html')).toContain('The events were not complete');
  });
});

/** A page from which nobody can go on, as Box once gave: box-windows-sdk-v2 issue 371. */
const stuck = {
  chunk_size: 1,
  next_stream_position: '0',
  entries: [
    { type: 'event', event_id: 'x', event_type: 'LOGIN', created_at: '2026-01-01T00:00:00Z', created_by: { type: 'user', id: '11000001' } },
  ],
};

describe('carrying it out', () => {
  it('leaves alone whoever was active just before the plan, where Box tells of it only afterwards', async () => {
    const plan = (await run()).plan.slice(0, 1);
    box.desk.login(plan[0]?.item.id ?? '', clock.now() - day / 24);
    clock.advance(day);
    expect(await applyAll(inactiveUsers, box, plan)).toEqual([{ outcome: 'changed' }]);
  });

  it.each([
    ['deactivate', 'inactive', { status: 'active', member: true }],
    ['rollOut', 404, undefined],
  ])('%s: does it, says what was, and finds it done the second time', async (what, status, undo) => {
    const all = (await run({ params: { do: what } })).plan;
    const plan = all.filter(({ item }) => box.enterprise.user(item.id)?.status === 'active').slice(0, 1);
    const [applied] = await applyAll(inactiveUsers, box, plan);
    expect(applied).toMatchObject({ outcome: 'done', before: { status: 'active' } });
    expect(applied?.outcome === 'done' && applied.undo).toEqual(undo);
    expect(await statusOf(plan[0]?.item.id ?? '')).toBe(status);
    expect(await applyAll(inactiveUsers, box, plan)).toEqual([{ outcome: 'already' }]);
  });

  it('leaves alone whoever has come back, was changed, or has become an administrator since', async () => {
    const plan = (await run()).plan.slice(0, 4);
    const [back, changed, promoted, gone] = plan.map(({ item }) => item.id);
    clock.advance(day);
    box.desk.login(back ?? '', clock.now() - 1_000);
    const token = await mint(box);
    await call(box, token, 'PUT', `/2.0/users/${changed}`, { name: 'Renamed' });
    box.enterprise.change(promoted ?? '', { role: 'coadmin' });
    await call(box, token, 'DELETE', `/2.0/users/${gone}?force=true`);
    expect(await applyAll(inactiveUsers, box, plan)).toEqual(Array.from({ length: 4 }, () => ({ outcome: 'changed' })));
    for (const id of [back, changed, promoted]) expect(await statusOf(id ?? '')).not.toBe('inactive');
  });

  it('reads on in as many steps as the events since the plan take, each time from where it was', async () => {
    const all = (await run()).plan.filter(({ item }) => box.enterprise.user(item.id)?.status === 'active');
    const plan = all.slice(0, 2);
    const [first, back] = plan.map(({ item }) => item.id);
    const busy = all.at(-1)?.item.id ?? '';
    for (let nth = 0; nth < 2_400; nth++) box.desk.login(busy, clock.now() + nth);
    box.desk.login(back ?? '', clock.now() + 3_000);
    clock.advance(day / 24);
    const from = box.journal.entries.length;
    // Whoever asks for events has no more time in this step than for one page of them.
    slowEvents = () => vi.setSystemTime(Date.now() + 121_000);
    let steps = 0;
    const apply: typeof inactiveUsers.apply = (...asked) => {
      steps++;
      return inactiveUsers.apply(...asked);
    };
    const outcomes = await applyAll({ ...inactiveUsers, apply }, box, plan).finally(() => {
      slowEvents = () => {};
      vi.useRealTimers();
    });
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'changed']);
    expect(await statusOf(first ?? '')).toBe('inactive');
    const asked = box.journal.entries.slice(from).filter(({ path }) => path === '/2.0/events');
    const positions = asked.map(({ query }) => new URLSearchParams(query).get('stream_position'));
    // Five pages of events and one of none, a step for each: nobody goes back to the first one.
    expect(positions.length).toBeGreaterThan(5);
    expect(steps).toBeGreaterThan(5);
    expect(positions.filter((position) => position === null)).toHaveLength(1);
  });

  it('reads Box’s events once for many actions, and again after five minutes', async () => {
    const plan = (await run()).plan.filter(({ item }) => box.enterprise.user(item.id)?.status === 'active').slice(0, 12);
    const eventsRead = () => box.journal.entries.filter(({ path }) => path === '/2.0/events').length;
    const from = eventsRead();
    await applyAll(inactiveUsers, box, plan.slice(0, 1));
    const once = eventsRead() - from;
    expect(once).toBeGreaterThan(0);
    await applyAll(inactiveUsers, box, plan.slice(1, 6));
    expect(eventsRead() - from).toBe(2 * once);
    const [, back] = plan.slice(6).map(({ item }) => item.id);
    const outcomes = await applyAll(inactiveUsers, box, plan.slice(6), undefined, (nth) => {
      if (nth !== 1) return;
      box.desk.login(back ?? '', clock.now());
      // Box tells of it later.
      clock.advance(day);
      vi.setSystemTime(Date.now() + 301_000);
    });
    vi.useRealTimers();
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['done', 'changed', 'done', 'done', 'done', 'done']);
  });
});
