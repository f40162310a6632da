import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemId, within } from '../sandbox/box/enterprise/content-tree.ts';
import { liveLink } from '../sandbox/box/sharing/shared-link.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

/** The first clean-up of a company is a big one. */
const limits = { actions: 100_000, share: 1 };
const jobs = {
  'open-shared-links': { limits },
  'external-collaborators': { limits },
  'inactive-users': { limits, params: { days: 28 } },
};

let sandbox: Sandbox;
let stage: StageAssembly;
beforeAll(async () => {
  const box = { users: 40, contentFolders: 60, seed: 3 };
  stage = await stageWith({ jobs: jobs });
  sandbox = await openSandbox({ assembly: stage.folder, box, aws: { now: Date.now, skipsWaits: true } });
  await sandbox.putSecret();
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

type Row = Readonly<Record<string, string | number | null>>;

async function rowsOf(job: string, file = 'rows.ndjson'): Promise<Row[]> {
  expect((await sandbox.run(job)).outcome).toBe('response');
  const key = (await sandbox.reportKeys(`reports/${job}/`)).find((name) => name.endsWith(file)) ?? '';
  const text = Buffer.from(await sandbox.readReport(key)).toString('utf8');
  return text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** All that the active users own, as the simulator knows it. */
function owned() {
  const { enterprise } = sandbox.box;
  const users = Array.from({ length: enterprise.users }, (_, nth) => enterprise.listed(nth)).filter(({ status }) => status === 'active');
  return users.flatMap((user) => [...within(enterprise.content(user).root)]);
}

describe('deployed, and run by its schedule', () => {
  it('open-shared-links reports every open link of every active user, by that user’s own token', async () => {
    const rows = await rowsOf('open-shared-links');
    const open = owned().filter((item) => liveLink(item, Date.now())?.access === 'open');
    expect(rows.map(({ id }) => id).toSorted()).toEqual(open.map(itemId).toSorted());
    const readers = new Set(sandbox.box.journal.entries.filter(({ path }) => path.endsWith('/items')).map(({ subject }) => subject));
    expect(readers.has(sandbox.box.enterprise.serviceAccount.id)).toBe(false);
    expect(readers.size).toBeGreaterThan(30);
  });

  it('external-collaborators reports as many as the simulator counts', async () => {
    const rows = await rowsOf('external-collaborators');
    const { enterprise } = sandbox.box;
    const external = owned()
      .flatMap((item) => item.more?.collaborations ?? [])
      .filter(({ grantee }) => !grantee || !enterprise.user(grantee.id));
    expect(rows.map(({ id }) => id).toSorted()).toEqual(external.map(({ id }) => id).toSorted());
  });

  it('inactive-users reports those who have not logged in', async () => {
    const rows = await rowsOf('inactive-users');
    const since = Date.now() - 28 * 86_400_000;
    const silent = Array.from({ length: 40 }, (_, nth) => sandbox.box.enterprise.listed(nth)).filter(
      ({ id }) => (sandbox.box.desk.lastLogin(id) ?? 0) < since,
    );
    expect(rows.map(({ id }) => id).toSorted()).toEqual(silent.map(({ id }) => id).toSorted());
  });
});

it('in the mode that a stage does not name, nothing in Box is changed', () => {
  const writes = sandbox.box.journal.entries.filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token');
  expect(writes).toEqual([]);
});
