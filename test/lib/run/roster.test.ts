import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CallBudget } from '../../../lib/box/call-gate.ts';
import { resolveEndpoints } from '../../../lib/box/endpoints.ts';
import { setting, type UserFilter } from '../../../lib/declare/subject.ts';
import { layRoster } from '../../../lib/run/lay-roster.ts';
import { readShard, usersPerShard, writeRoster } from '../../../lib/run/roster.ts';
import { selectUsers, type UserPage } from '../../../lib/run/select-users.ts';
import type { WorkStore } from '../../../lib/run/work-store.ts';
import { boxReader } from '../../../lib/session/box-reader.ts';
import { createTokenSource } from '../../../lib/token/token-source.ts';
import type { UserRecord } from '../../sandbox/box/enterprise/user-record.ts';
import { call, mint } from '../../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../../sandbox/box/server.ts';
import { credentialsOf } from '../token/credentials-of.ts';
import { RememberingEngine } from './remembering-engine.ts';

const users = 1_200;
let box: BoxSimulator;
let adminToken: string;
beforeAll(async () => {
  box = await startBox({ users, ratePerMinute: 100_000 });
  adminToken = await mint(box);
});
afterAll(() => box.close());

const readerOf = (simulator: BoxSimulator) =>
  boxReader({
    endpoints: resolveEndpoints(simulator.url),
    tokens: createTokenSource({ apiUrl: simulator.url, credentials: credentialsOf(simulator) }),
    gate: new CallBudget(),
    signal: new AbortController().signal,
    remainingMs: () => 10_000,
  });

async function selected(where: UserFilter, settings: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  return (await Array.fromAsync(selectUsers(readerOf(box), where, settings))).flatMap(({ users }) => users.map(({ id }) => id));
}

const everybody = (): readonly UserRecord[] => Array.from({ length: box.enterprise.users }, (_, nth) => box.enterprise.listed(nth));
const idsOf = (is: (user: UserRecord) => boolean): readonly string[] =>
  everybody()
    .filter(is)
    .map(({ id }) => id);

async function groupOf(members: readonly string[]): Promise<string> {
  const group = await call(box, adminToken, 'POST', '/2.0/groups', { name: `Group of ${members.length}` });
  const join = (id: string) => call(box, adminToken, 'POST', '/2.0/group_memberships', { user: { id }, group: { id: group.body.id } });
  for (let at = 0; at < members.length; at += 20)
    for (const { status } of await Promise.all(members.slice(at, at + 20).map(join))) expect(status).toBe(201);
  return group.body.id;
}

describe('a roster is who is selected by', () => {
  it('status, one or several, and everyone where there is no filter', async () => {
    expect(await selected({})).toEqual(idsOf(() => true));
    expect(await selected({ status: 'active' })).toEqual(idsOf(({ status }) => status === 'active'));
    const some = await selected({ status: ['inactive', 'cannot_delete_edit'] });
    expect(some).toEqual(idsOf(({ status }) => status === 'inactive' || status === 'cannot_delete_edit'));
    expect(some.length).toBeGreaterThan(50);
  });

  it('group, of more members than Box lists at once, named by id or by a setting', async () => {
    const members = idsOf(({ index }) => index >= 100 && index < 1_120);
    const group = await groupOf(members);
    expect(await selected({ group })).toEqual(members);
    expect(await selected({ group: setting('staff') }, { staff: group })).toEqual(members);
    const active = idsOf(({ index, status }) => index >= 100 && index < 1_120 && status === 'active');
    expect(await selected({ group, status: 'active' })).toEqual(active);
  });

  it('login domain, whatever the case of its letters on either side, without subdomains and look-alikes', async () => {
    const [first, second, third, fourth] = idsOf(() => true);
    box.enterprise.change(first ?? '', { login: 'Some.One@Partner.Example' });
    box.enterprise.change(second ?? '', { login: 'other@PARTNER.EXAMPLE' });
    box.enterprise.change(third ?? '', { login: 'sub@eu.partner.example' });
    box.enterprise.change(fourth ?? '', { login: 'fake@notpartner.example' });
    expect(await selected({ loginDomain: 'pArtner.example' })).toEqual([first, second]);
    expect(await selected({ loginDomain: ['nobody.example', 'EU.partner.example'] })).toEqual([third]);
  });

  it('a list of ids, each once, without those who are gone, and without those whom another filter leaves out', async () => {
    const gone = box.enterprise.listed(40);
    const [one, other] = idsOf(({ index, status }) => index > 50 && status === 'active');
    const [inactive] = idsOf(({ status }) => status === 'inactive');
    box.enterprise.remove(gone);
    const listed = [one, gone.id, other, '99', one, inactive].map(String);
    expect(await selected({ users: listed })).toEqual([one, other, inactive]);
    expect(await selected({ users: listed, status: 'active' })).toEqual([one, other]);
    expect(await selected({ users: setting('few') }, { few: ` ${other}, ${gone.id},,${one}` })).toEqual([other, one]);
  });

  it('nobody, where nobody fits', async () => {
    expect(await selected({ loginDomain: 'nobody.example' })).toEqual([]);
    expect(await selected({ users: [] })).toEqual([]);
    await using empty = await startBox({ users: 0 });
    expect(await Array.fromAsync(selectUsers(readerOf(empty), {}, {}))).toEqual([{ users: [], next: undefined }]);
  });
});

it('a group that is not there, or not named, ends the run instead of selecting everyone', async () => {
  await expect(selected({ group: '7' })).rejects.toMatchObject({ code: 'BOX_REQUEST_FAILED', status: 404 });
  await expect(selected({ group: setting('staff') })).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
});

it('what stands in a setting is an id, and never a way to another address', async () => {
  const before = box.journal.entries.length;
  await expect(selected({ group: '41000001/memberships?x=' })).rejects.toMatchObject({ status: 404 });
  await expect(selected({ group: '../users/me#' })).rejects.toMatchObject({ status: 404 });
  const paths = box.journal.entries.slice(before).map(({ path }) => path);
  expect(paths.filter((path) => path !== '/oauth2/token')).toEqual([
    '/2.0/groups/41000001%2Fmemberships%3Fx%3D/memberships',
    '/2.0/groups/..%2Fusers%2Fme%23/memberships',
  ]);
});

const inOneGo = {
  before: 0,
  isEnough: () => false,
  onTrouble: (error: unknown) => {
    throw error;
  },
};

function memory(): { readonly texts: Map<string, string>; readonly store: WorkStore } {
  const texts = new Map<string, string>();
  return { texts, store: { put: async (key, text) => void texts.set(key, text), get: async (key) => texts.get(key) ?? '' } };
}

it('is laid down in shards of which none is empty, in the order of the list, also where nobody is selected', async () => {
  const { texts, store } = memory();
  const place = { job: 'job', run: 'run' };
  const count = await writeRoster(store, place, selectUsers(readerOf(box), {}, {}), inOneGo);
  expect(count).toEqual({ users: box.enterprise.users, shards: Math.ceil(box.enterprise.users / usersPerShard), next: undefined });
  const shards = await Promise.all(Array.from({ length: count.shards }, (_, nth) => readShard(store, place, nth + 1)));
  expect(shards.flat().map(({ id }) => id)).toEqual(idsOf(() => true));
  expect(Math.max(...shards.map(({ length }) => length))).toBe(usersPerShard);
  expect(shards.at(-1)?.length).toBeGreaterThan(0);
  const full = shards[0] ?? [];
  const onePage = async function* (): AsyncGenerator<UserPage> {
    yield { users: full, next: undefined };
  };
  expect(await writeRoster(store, { job: 'job', run: 'full' }, onePage(), inOneGo)).toMatchObject({ users: usersPerShard, shards: 1 });
  expect(await readShard(store, { job: 'job', run: 'full' }, 1)).toEqual(full);
  const laidDown = texts.size;
  const nobody = selectUsers(readerOf(box), { users: [] }, {});
  expect(await writeRoster(store, place, nobody, inOneGo)).toMatchObject({ users: 0, shards: 0 });
  expect(texts.size).toBe(laidDown);
});

describe('a roster in steps', () => {
  const place = { job: 'job', run: 'run' };

  /** Each step ends as soon as it may, and dies once after all that it wrote; or Box fails behind its first page. */
  async function inSteps(where: UserFilter, perStep: number, trouble: 'death' | 'Box') {
    const { texts, store } = memory();
    const cursors: (string | undefined)[] = [undefined];
    const lay = async ({ step, users: before }: { readonly step: number; readonly users: number }) => {
      const stretch = async () => {
        let pages = 0;
        const list = selectUsers(readerOf(box), where, {}, cursors[step]);
        const cut = async function* (): AsyncGenerator<UserPage> {
          for await (const page of list) {
            if (trouble === 'Box' && pages === perStep) throw new Error('Box is away.');
            pages++;
            yield page;
          }
        };
        return writeRoster(store, place, cut(), { before, isEnough: () => trouble === 'death' && pages >= perStep, onTrouble: () => {} });
      };
      if (trouble === 'death') await stretch();
      const { next, ...laid } = await stretch();
      cursors[step + 1] = next;
      return { ...laid, seconds: next === undefined ? undefined : 1 };
    };
    const engine = new RememberingEngine();
    const wholes: object[] = [];
    const roster = await layRoster(engine, lay, async (laid) => void wholes.push(laid));
    expect(wholes).toEqual([roster]);
    return { roster, texts: Object.fromEntries(texts), steps: [...engine.history.keys()].filter((name) => !name.endsWith('waits')) };
  }

  it.each(['death', 'Box'] as const)(
    'has everybody once, in the shards that one step makes, whatever ends between two pages: %s',
    async (trouble) => {
      // Of 1,000 on a page so many are selected that it ends within a shard.
      const where = { status: 'active' } as const;
      const { texts, store } = memory();
      const { next: _, ...whole } = await writeRoster(store, place, selectUsers(readerOf(box), where, {}), inOneGo);
      const firstPage = idsOf(({ index, status }) => index < 1_000 && status === 'active').length;
      expect(firstPage % usersPerShard).toBeGreaterThan(0);
      const told = await inSteps(where, 1, trouble);
      expect(told).toEqual({ roster: whole, texts: Object.fromEntries(texts), steps: ['roster', 'roster.1'] });
    },
  );

  it('takes one where nothing ends it', async () => {
    const { roster, steps } = await inSteps({}, Number.POSITIVE_INFINITY, 'Box');
    expect({ users: roster.users, steps }).toEqual({ users: box.enterprise.users, steps: ['roster'] });
  });

  it('goes on in a list of ids where it was', async () => {
    const users = idsOf(({ status }) => status === 'active').slice(0, 450);
    const { texts, store } = memory();
    await writeRoster(store, place, selectUsers(readerOf(box), { users }, {}), inOneGo);
    const told = await inSteps({ users: [...users.slice(0, 250), '99', ...users.slice(250)] }, 130, 'death');
    expect(told).toMatchObject({ roster: { users: 450, shards: 3 }, texts: Object.fromEntries(texts) });
    expect(told.steps).toEqual(['roster', 'roster.1', 'roster.2', 'roster.3']);
  });
});
