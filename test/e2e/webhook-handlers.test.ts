import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { call, mint } from '../sandbox/box/box-http.ts';
import { Clock, minute } from '../sandbox/box/clock.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

/** What the simulator calls the first folders that the service account makes. */
const [archive, links, people] = ['199990000001', '199990000002', '199990000003'];
const rules = [
  { classification: 'Confidential', access: 'none' },
  { access: 'company', days: 30 },
];
let stage: StageAssembly;
let clock: Clock;
let made = 0;

beforeAll(async () => {
  stage = await stageWith({
    notify: 'porter@northwind.example',
    settings: { inventoryUser: '11000001', archiveFolder: archive, linksFolder: links, collaborationsFolder: people },
    webhooks: {
      'archive-upload': true,
      'guard-shared-link': { mode: 'enforce', params: { rules } },
      'guard-collaboration': { mode: 'enforce', params: { allowedDomains: ['northwind.example'] } },
    },
  });
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  clock = new Clock();
});

/** With the folders and webhooks in place. */
async function open(): Promise<Sandbox> {
  const { now } = clock;
  const sandbox = await openSandbox({ assembly: stage.folder, box: { users: 5, now }, aws: { now } });
  await Promise.all([sandbox.putSecret(), sandbox.putSigningKeys()]);
  for (const name of ['Archive', 'Links', 'People']) await api(sandbox, 'POST', '/2.0/folders', { name, parent: { id: '0' } });
  await sandbox.run('webhooks', new Date(now()));
  return sandbox;
}

async function api({ box }: Sandbox, method: string, path: string, body?: unknown) {
  return (await call(box, await mint(box), method, path, body)).body;
}

async function put({ box }: Sandbox, folder: string, content: Uint8Array<ArrayBuffer> | string, fileId = ''): Promise<string> {
  const form = new FormData();
  form.set('attributes', JSON.stringify({ name: `file ${made++}`, parent: { id: folder } }));
  form.set('file', new Blob([content]), 'file');
  const headers = { authorization: `Bearer ${await mint(box)}` };
  const path = `/upload/api/2.0/files/${fileId && `${fileId}/`}content`;
  const answer = await fetch(box.url + path, { method: 'POST', headers, body: form });
  return ((await answer.json()) as { entries: { id: string }[] }).entries[0]?.id ?? '';
}

/** Box sends what is due, and the handlers get what is visible. */
async function pass({ box, aws }: Sandbox, milliseconds = 0): Promise<void> {
  clock.advance(milliseconds);
  await box.webhooks.deliverDue(1);
  await aws.events.drain();
}

const sha1 = (bytes: Uint8Array | string) => createHash('sha1').update(bytes).digest('hex');
const archived = async (sandbox: Sandbox, file: string) => {
  const keys = await sandbox.reportKeys(`archive/archive-upload/${file}/`);
  return Promise.all(keys.filter((key) => key.endsWith('/content')).map(async (key) => sha1(await sandbox.readReport(key))));
};
const findings = async (sandbox: Sandbox, job: string) => {
  const keys = await sandbox.reportKeys(`reports/${job}/findings/`);
  return Promise.all(keys.map(async (key) => JSON.parse(Buffer.from(await sandbox.readReport(key)).toString()) as Record<string, unknown>));
};

describe('archive-upload', () => {
  it('copies every version, one of no bytes too, once each, with what Box says of it', async () => {
    await using sandbox = await open();
    const empty = await put(sandbox, archive, '');
    const file = await put(sandbox, archive, 'first');
    await pass(sandbox);
    await put(sandbox, archive, 'second', file);
    await pass(sandbox, minute);
    expect(await archived(sandbox, empty)).toEqual([sha1('')]);
    expect((await archived(sandbox, file)).sort()).toEqual([sha1('first'), sha1('second')].sort());
    const key = (await sandbox.reportKeys(`archive/archive-upload/${file}/`)).find((each) => each.endsWith('metadata.json')) ?? '';
    expect(JSON.parse(Buffer.from(await sandbox.readReport(key)).toString())).toMatchObject({
      fileId: file,
      name: expect.stringContaining('file'),
      owner: '10900001',
      path: [{ name: 'All Files' }, { id: archive, name: 'Archive' }],
    });
  });

  it('lets go of a file that is deleted before it is archived', async () => {
    await using sandbox = await open();
    const file = await put(sandbox, archive, 'short life');
    await api(sandbox, 'DELETE', `/2.0/files/${file}`);
    await pass(sandbox);
    expect(await archived(sandbox, file)).toEqual([]);
    expect(sandbox.box.webhooks.queue.waiting).toEqual([]);
    await pass(sandbox, 60 * minute);
    expect(sandbox.box.journal.entries.filter(({ path }) => path === `/2.0/files/${file}`)).toHaveLength(2);
  });

  it('goes on with a large file where a container that died had stopped', async () => {
    await using sandbox = await open();
    const { aws, box } = sandbox;
    const bytes = Buffer.alloc(47 * 1024 * 1024, 'a long night ');
    const file = await put(sandbox, archive, bytes);
    const saved = () =>
      aws.journal.calls({ action: 'dynamodb:PutItem' }).filter(({ principal }) => /archiveupload/i.test(principal)).length;
    const passed = pass(sandbox);
    // The beginning, and at least one of three parts.
    while (saved() < 2) await setTimeout(1);
    await aws.kill(aws.outputs('Nightporter-sandbox-Webhooks').ArchiveUploadHandler ?? '');
    await passed;
    expect(await archived(sandbox, file)).toEqual([]);
    const before = saved();
    await pass(sandbox, 20 * minute);
    expect(await archived(sandbox, file)).toEqual([sha1(bytes)]);
    expect(saved() - before, 'a part that was left, and the end').toBeLessThanOrEqual(2);
    expect(box.journal.entries.filter(({ path }) => path === `/2.0/files/${file}/content`)).toHaveLength(2);
  });
});

describe('guard-shared-link', () => {
  it('narrows a link that reaches too far, and removes one where there may be none', async () => {
    await using sandbox = await open();
    const [file, secret] = [await put(sandbox, links, 'a'), await put(sandbox, links, 'b')];
    const label = { Box__Security__Classification__Key: 'Confidential' };
    await api(sandbox, 'POST', `/2.0/files/${secret}/metadata/enterprise/securityClassification-6VMVochwUWo`, label);
    for (const id of [file, secret]) await api(sandbox, 'PUT', `/2.0/files/${id}?fields=shared_link`, { shared_link: { access: 'open' } });
    await pass(sandbox);
    const link = async (id: string) => (await api(sandbox, 'GET', `/2.0/files/${id}?fields=shared_link`)).shared_link;
    expect(await link(file)).toMatchObject({ access: 'company' });
    expect(new Date((await link(file)).unshared_at).getTime()).toBeLessThanOrEqual(clock.now() + 30 * 24 * 60 * minute);
    expect(await link(secret)).toBeNull();
    // Our own changes are told too, and are found to be right.
    await pass(sandbox, minute);
    expect((await findings(sandbox, 'guard-shared-link')).map(({ done }) => done).sort()).toEqual(['narrowed', 'removed']);
  });
});

describe('guard-collaboration', () => {
  const invite = (sandbox: Sandbox, type: string, id: string, login: string) =>
    api(sandbox, 'POST', '/2.0/collaborations', { item: { type, id }, accessible_by: { type: 'user', login }, role: 'viewer' });

  it('takes back what strangers were given, and comments once, whatever fails in between', async () => {
    await using sandbox = await open();
    const file = await put(sandbox, people, 'a');
    const friend = await invite(sandbox, 'file', file, sandbox.box.enterprise.userAt(0).login);
    const stranger = await invite(sandbox, 'file', file, 'stranger@elsewhere.example');
    sandbox.box.faults.once({ method: 'DELETE', path: /collaborations/ }, { kind: 'status', status: 409 });
    await pass(sandbox);
    for (let nth = 0; nth < 3; nth++) await pass(sandbox, 5 * minute);
    expect((await api(sandbox, 'GET', `/2.0/collaborations/${stranger.id}`)).status).toBe(404);
    expect((await api(sandbox, 'GET', `/2.0/collaborations/${friend.id}`)).id).toBe(friend.id);
    const { entries } = await api(sandbox, 'GET', `/2.0/files/${file}/comments`);
    expect(entries.map(({ message }: { message: string }) => message)).toEqual([expect.stringContaining(`[nightporter:${stranger.id}]`)]);
    expect(await findings(sandbox, 'guard-collaboration')).toMatchObject([{ collaboration: stranger.id, file, done: 'removed' }]);
  });

  it('mails whoever gets the alarms where Box has no comments: for a folder', async () => {
    await using sandbox = await open();
    await invite(sandbox, 'folder', people, 'stranger@elsewhere.example');
    sandbox.box.faults.once({ method: 'DELETE', path: /collaborations/ }, { kind: 'status', status: 409 });
    await pass(sandbox);
    for (let nth = 0; nth < 3; nth++) await pass(sandbox, 5 * minute);
    expect(sandbox.aws.journal.calls({ action: 'sns:Publish' }).map(({ status }) => status)).toEqual([200]);
  });
});
