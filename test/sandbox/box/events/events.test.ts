import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Clock, day } from '../clock.ts';
import { call, mint, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import { actionNames } from './action.ts';
import { sdkEventTypes } from './listed-types.ts';

interface Page {
  readonly chunk_size: number;
  readonly next_stream_position: string | number;
  readonly entries: readonly {
    readonly event_id: string;
    readonly event_type: string;
    readonly created_at: string;
    readonly created_by: { readonly id: string };
  }[];
}

const forever = { expiresInSeconds: 1e8, ratePerMinute: Number.POSITIVE_INFINITY };
let clock: Clock;
let box: BoxSimulator;
let service: string;
beforeEach(async () => {
  clock = new Clock();
  box = await startBox({ ...forever, users: 60, contentFolders: 5, now: clock.now, loginDays: 20 });
  service = await mint(box);
});
afterEach(() => box.close());

async function page(query: string, from: BoxSimulator = box, token = service): Promise<Page> {
  const answer = await call(from, token, 'GET', `/2.0/events?${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
}

/** To the end, which is a page without events whose position is the one that was asked for. */
async function walk(query: string, from: BoxSimulator = box, token = service) {
  const entries: Page['entries'][number][] = [];
  const sizes: number[] = [];
  let position: string | number = '0';
  for (;;) {
    const {
      chunk_size: size,
      next_stream_position: next,
      entries: found,
    }: Page = await page(`${query}&stream_position=${position}`, from, token);
    expect(found).toHaveLength(size);
    entries.push(...found);
    if (size === 0 && String(next) === String(position)) return { entries, sizes, position };
    sizes.push(size);
    position = next;
  }
}

describe('the streaming stream', () => {
  test('gives every event of the last 14 days, some twice and not in order; by event_id they are what happened', async () => {
    const { entries, sizes } = await walk('stream_type=admin_logs_streaming&limit=100');
    const since = clock.now() - 14 * day;
    const expected = Array.from({ length: 60 }, (_, index) => box.events.logins.of(index)).flat();
    const ids = new Set(entries.map((entry) => entry.event_id));
    expect(ids.size).toBe(expected.filter((at) => at >= since).length);
    expect(entries.length).toBeGreaterThan(ids.size);
    const times = entries.map((entry) => Date.parse(entry.created_at));
    expect(times.some((time, nth) => time < (times[nth - 1] ?? 0))).toBe(true);
    expect(sizes.slice(0, -1).some((size) => size < 100)).toBe(true);
  });

  test('loses nothing whatever the lag, the page size and the moments of reading', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 20 }),
        fc.array(fc.nat(8000), { minLength: 5, maxLength: 40 }),
        async (limit, lag, pauses) => {
          await using other = await startBox({
            ...forever,
            users: 3,
            contentFolders: 1,
            now: clock.now,
            loginDays: 0,
            eventLagSeconds: lag,
          });
          const token = await mint(other);
          let position: string | number = (await page('stream_type=admin_logs_streaming&stream_position=now', other, token))
            .next_stream_position;
          const [made, seen] = [new Set<string>(), new Set<string>()];
          const read = async () => {
            for (let size = -1; size !== 0; ) {
              const found: Page = await page(`stream_type=admin_logs_streaming&limit=${limit}&stream_position=${position}`, other, token);
              for (const { event_id: id } of found.entries) seen.add(id);
              position = found.next_stream_position;
              size = found.chunk_size;
            }
          };
          for (const pause of pauses) {
            made.add(other.desk.login('11000001').id);
            clock.advance(pause);
            if (pause % 3 === 0) await read();
          }
          clock.advance(60_000);
          await read();
          expect(seen).toEqual(made);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('begins at now when it is told to, ignores dates, and forgets after 14 days', async () => {
    const { next_stream_position: now, chunk_size: size } = await page('stream_type=admin_logs_streaming&stream_position=now');
    expect(size).toBe(0);
    box.desk.login('11000001');
    clock.advance(60_000);
    const later = await page(`stream_type=admin_logs_streaming&stream_position=${now}&created_after=2030-01-01T00:00:00Z`);
    expect(new Set(later.entries.map(({ created_by: { id } }) => id))).toEqual(new Set(['11000001']));
    clock.advance(15 * day);
    expect((await walk('stream_type=admin_logs_streaming')).entries).toEqual([]);
  });
});

describe('the history', () => {
  const windowOf = (from: number, to: number) =>
    `created_after=${new Date(from).toISOString()}&created_before=${new Date(to).toISOString()}`;

  test('is chronological, without doubles, and has exactly the logins that were seeded', async () => {
    const { entries } = await walk(`stream_type=admin_logs&event_type=LOGIN&limit=500&${windowOf(0, clock.now())}`);
    expect(entries).toHaveLength(box.desk.logins().seeded);
    expect(new Set(entries.map(({ event_id: id }) => id)).size).toBe(entries.length);
    const times = entries.map((entry) => Date.parse(entry.created_at));
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    for (const id of ['11000001', '11000010', '11000030']) {
      const last = entries.findLast((entry) => entry.created_by.id === id);
      expect(last && Date.parse(last.created_at)).toBe(box.desk.lastLogin(id) && Math.floor((box.desk.lastLogin(id) ?? 0) / 1000) * 1000);
    }
  });

  test('of a window that has been read gains events that come late', async () => {
    const from = clock.now();
    clock.advance(60_000);
    const read = () => walk(`stream_type=admin_logs&${windowOf(from, from + 60_000)}`);
    box.desk.login('11000001', from + 30_000);
    clock.advance(10_000);
    const before = await read();
    box.desk.login('11000002', from + 10_000);
    clock.advance(10_000);
    expect((await page(`stream_type=admin_logs&${windowOf(from, from + 60_000)}&stream_position=${before.position}`)).chunk_size).toBe(0);
    expect((await read()).entries.map((entry) => entry.created_by.id)).toEqual(['11000002', '11000001']);
  });

  test('with nothing in the window gives a position from which nobody can go on', async () => {
    expect(await page(`stream_type=admin_logs&${windowOf(0, 1000)}`)).toMatchObject({ chunk_size: 0, next_stream_position: '0' });
  });

  test('tells what was done, to what and by whom', async () => {
    const owner = await mint(box, '11000001');
    const { body } = await call(box, owner, 'POST', '/2.0/folders', { name: 'Made', parent: { id: '0' } });
    clock.advance(60_000);
    const { entries } = await walk('stream_type=admin_logs&event_type=UPLOAD');
    expect(entries).toMatchObject([
      { created_by: { id: '11000001' }, source: { item_id: body.id, item_name: 'Made', owned_by: { id: '11000001' } } },
    ]);
    expect((await page('stream_position=0', box, owner)).entries.map(({ event_type: type }) => type)).toContain('ITEM_CREATE');
  });
});

describe('an event type', () => {
  const typesIn = async (query: string, token = service) => (await walk(query, box, token)).entries.map(({ event_type: type }) => type);

  test('is called one thing in the streams of the enterprise, another in that of the user', async () => {
    const owner = await mint(box, '11000001');
    const { id } = (await call(box, owner, 'POST', '/2.0/folders', { name: 'Made', parent: { id: '0' } })).body;
    const path = `/2.0/folders/${id}`;
    const { file } = await upload(box, owner, { name: 'a', folder: id, content: 'x' });
    await upload(box, owner, { name: 'a', fileId: file.id, content: 'y' });
    for (const access of ['open', 'company']) await call(box, owner, 'PUT', path, { shared_link: { access } });
    await call(box, owner, 'PUT', path, { shared_link: null, name: 'Renamed' });
    const invitation = { item: { type: 'folder', id }, accessible_by: { type: 'user', id: '11000003' }, role: 'viewer' };
    const { body: invited } = await call(box, owner, 'POST', '/2.0/collaborations', invitation);
    await call(box, owner, 'DELETE', `/2.0/collaborations/${invited.id}`);
    await call(box, owner, 'DELETE', `${path}?recursive=true`);
    clock.advance(60_000);
    const asEnterprise =
      'UPLOAD UPLOAD EDIT SHARE ITEM_SHARED_UPDATE RENAME UNSHARE COLLABORATION_INVITE COLLABORATION_REMOVE DELETE'.split(' ');
    const since = `created_after=${new Date(clock.now() - 120_000).toISOString()}`;
    expect((await typesIn(`stream_type=admin_logs&${since}`)).toSorted()).toEqual(asEnterprise.toSorted());
    expect(new Set(await typesIn('stream_type=admin_logs_streaming'))).toEqual(new Set([...asEnterprise, 'LOGIN']));
    expect((await typesIn('stream_type=all', owner)).toSorted()).toEqual(
      'ITEM_CREATE ITEM_UPLOAD ITEM_UPLOAD ITEM_SHARED_CREATE ITEM_RENAME ITEM_SHARED_UNSHARE COLLAB_INVITE_COLLABORATOR COLLAB_REMOVE_COLLABORATOR ITEM_TRASH'
        .split(' ')
        .toSorted(),
    );
  });

  test.each(['admin_logs', 'admin_logs_streaming'])('that %s does not list finds nothing, though it happened', async (stream) => {
    const owner = await mint(box, '11000001');
    await call(box, owner, 'POST', '/2.0/folders', { name: 'Made', parent: { id: '0' } });
    clock.advance(60_000);
    const askFor = (type: string) => typesIn(`stream_type=${stream}&event_type=${type}`);
    expect(new Set(await askFor('UPLOAD,ITEM_SHARED_CREATE'))).toEqual(new Set(['UPLOAD']));
    expect(await askFor('ITEM_CREATE,ITEM_SHARED_CREATE')).toEqual([]);
  });

  test("of the simulator is one that Box's SDK knows for the stream it comes in", () => {
    const names = Object.values(actionNames);
    expect(names.flatMap(({ enterprise = [] }) => enterprise).filter((type) => !sdkEventTypes.asked.has(type))).toEqual([]);
    expect(names.flatMap(({ user = [] }) => user).filter((type) => !sdkEventTypes.told.has(type))).toEqual([]);
  });
});

test('the enterprise streams are for administrators whose app has the scope', async () => {
  const path = '/2.0/events?stream_type=admin_logs';
  expect((await call(box, await mint(box, '11000001'), 'GET', path)).status).toBe(403);
  expect((await call(box, await mint(box, '11000002'), 'GET', path)).status).toBe(200);
  box.app.change({ scopes: ['root_readwrite', 'manage_managed_users'] });
  expect((await call(box, await mint(box), 'GET', path)).status).toBe(403);
});
