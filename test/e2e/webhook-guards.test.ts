import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { minute } from '../sandbox/box/clock.ts';
import { altered, type Template } from './altered.ts';
import type { StageAssembly } from './stage-with.ts';
import { type Handlers, links, openHandlers, people, stageOfHandlers } from './webhooks/handlers.ts';

let stage: StageAssembly;
beforeAll(async () => {
  stage = await stageOfHandlers();
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose]());

describe('guard-shared-link', () => {
  it('narrows a link that reaches too far, and removes one where there may be none', async () => {
    await using handlers = await openHandlers(stage.folder);
    const [file, secret] = [await handlers.put(links, 'a'), await handlers.put(links, 'b')];
    const label = { Box__Security__Classification__Key: 'Confidential' };
    await handlers.api('POST', `/2.0/files/${secret}/metadata/enterprise/securityClassification-6VMVochwUWo`, label);
    for (const id of [file, secret]) await handlers.api('PUT', `/2.0/files/${id}?fields=shared_link`, { shared_link: { access: 'open' } });
    await handlers.pass();
    const link = async (id: string) => (await handlers.api('GET', `/2.0/files/${id}?fields=shared_link`)).shared_link;
    expect(await link(file)).toMatchObject({ access: 'company' });
    expect(new Date((await link(file)).unshared_at).getTime()).toBeLessThanOrEqual(handlers.clock.now() + 30 * 24 * 60 * minute);
    expect(await link(secret)).toBeNull();
    // Our own changes are told too, and are found to be right.
    await handlers.pass(minute);
    expect((await handlers.findings('guard-shared-link')).map(({ done }) => done).sort()).toEqual(['narrowed', 'removed']);
  });

  it('does not widen a link that somebody has narrowed further since it was looked at', async () => {
    await using handlers = await openHandlers(stage.folder);
    const { aws, box } = handlers.sandbox;
    const file = await handlers.put(links, 'a');
    await handlers.api('PUT', `/2.0/files/${file}?fields=shared_link`, { shared_link: { access: 'open' } });
    aws.faults.once({ action: 's3:PutObject' }, { kind: 'slow', milliseconds: 3000 });
    const passed = handlers.pass();
    const reads = () => box.journal.entries.filter(({ method, path }) => method === 'GET' && path === `/2.0/files/${file}`).length;
    while (reads() === 0) await setTimeout(5);
    await handlers.api('PUT', `/2.0/files/${file}?fields=shared_link`, { shared_link: { access: 'collaborators' } });
    await passed;
    expect(box.journal.entries.filter(({ status }) => status === 412)).toHaveLength(1);
    expect((await handlers.api('GET', `/2.0/files/${file}?fields=shared_link`)).shared_link).toMatchObject({ access: 'collaborators' });
    expect(await handlers.findings('guard-shared-link')).toMatchObject([
      { file, breach: 'days', access: 'collaborators', done: 'narrowed' },
    ]);
  });

  it('has written down what it found before it changes a link, whatever befalls it after that', async () => {
    await using handlers = await openHandlers(stage.folder);
    const file = await handlers.put(links, 'a');
    await handlers.api('PUT', `/2.0/files/${file}?fields=shared_link`, { shared_link: { access: 'open' } });
    // Each try of the second one, which says that it was done.
    for (let tries = 0; tries < 12; tries++) handlers.sandbox.aws.faults.once({ action: 's3:PutObject', nth: 2 }, { kind: 'error' });
    await handlers.pass();
    expect((await handlers.api('GET', `/2.0/files/${file}?fields=shared_link`)).shared_link).toMatchObject({ access: 'company' });
    expect(await handlers.findings('guard-shared-link')).toMatchObject([{ file, breach: 'access', access: 'open', done: 'pending' }]);
    handlers.sandbox.aws.faults.clear();
    for (let nth = 0; nth < 2; nth++) await handlers.pass(5 * minute);
    expect(await handlers.findings('guard-shared-link')).toMatchObject([{ file, breach: 'access', access: 'open', done: 'narrowed' }]);
  });

  it.each([
    ['narrowed', async () => {}],
    ['gone', (handlers: Handlers, file: string) => handlers.api('DELETE', `/2.0/files/${file}`)],
  ])('says of a link which it changed just before it died that it is %s', async (done, meanwhile) => {
    await using handlers = await openHandlers(stage.folder);
    const file = await handlers.put(links, 'a');
    await handlers.api('PUT', `/2.0/files/${file}?fields=shared_link`, { shared_link: { access: 'open' } });
    await dieAtSecondWrite(handlers, 'GuardSharedLink');
    const before = { file, owner: '10900001', breach: 'access', access: 'open', allowed: 'company' };
    expect(await handlers.findings('guard-shared-link')).toMatchObject([{ ...before, done: 'pending' }]);
    await meanwhile(handlers, file);
    await handlers.pass(20 * minute);
    expect(await handlers.findings('guard-shared-link')).toMatchObject([{ ...before, done }]);
  });
});

describe('guard-collaboration', () => {
  it('takes back what strangers were given, and comments once, whatever fails in between', async () => {
    await using handlers = await openHandlers(stage.folder);
    const file = await handlers.put(people, 'a');
    const friend = await invite(handlers, 'file', file, handlers.sandbox.box.enterprise.userAt(0).login);
    const stranger = await invite(handlers, 'file', file, 'stranger@elsewhere.example');
    handlers.sandbox.box.faults.once({ method: 'DELETE', path: /collaborations/ }, { kind: 'status', status: 409 });
    await handlers.pass();
    for (let nth = 0; nth < 3; nth++) await handlers.pass(5 * minute);
    expect((await handlers.api('GET', `/2.0/collaborations/${stranger.id}`)).status).toBe(404);
    expect((await handlers.api('GET', `/2.0/collaborations/${friend.id}`)).id).toBe(friend.id);
    const { entries } = await handlers.api('GET', `/2.0/files/${file}/comments`);
    expect(entries.map(({ message }: { message: string }) => message)).toEqual([expect.stringContaining(`[nightporter:${stranger.id}]`)]);
    expect(await handlers.findings('guard-collaboration')).toMatchObject([{ collaboration: stranger.id, file, done: 'removed' }]);
  });

  it('says of what it took back just before it died that it is removed', async () => {
    await using handlers = await openHandlers(stage.folder);
    const file = await handlers.put(people, 'a');
    const stranger = await invite(handlers, 'file', file, 'stranger@elsewhere.example');
    await dieAtSecondWrite(handlers, 'GuardCollaboration');
    const row = { collaboration: stranger.id, file, owner: '10900001' };
    expect(await handlers.findings('guard-collaboration')).toMatchObject([{ ...row, done: 'pending' }]);
    await handlers.pass(20 * minute);
    expect(await handlers.findings('guard-collaboration')).toMatchObject([{ ...row, done: 'removed' }]);
  });

  it('mails whoever gets the alarms where Box has no comments: for a folder', async () => {
    await using handlers = await openHandlers(stage.folder);
    await invite(handlers, 'folder', people, 'stranger@elsewhere.example');
    handlers.sandbox.box.faults.once({ method: 'DELETE', path: /collaborations/ }, { kind: 'status', status: 409 });
    await handlers.pass();
    for (let nth = 0; nth < 3; nth++) await handlers.pass(5 * minute);
    expect(handlers.sandbox.aws.journal.calls({ action: 'sns:Publish' }).map(({ status }) => status)).toEqual([200]);
  });

  it('says of what Box refuses to remove that it is pending, and whose the item is', async () => {
    await using handlers = await openHandlers(stage.folder);
    const { box } = handlers.sandbox;
    const file = await handlers.put(people, 'a');
    const stranger = await invite(handlers, 'file', file, 'stranger@elsewhere.example');
    box.faults.always({ method: 'DELETE', path: /collaborations/ }, { kind: 'status', status: 403 });
    await handlers.pass();
    await handlers.pass(5 * minute);
    const rows = [{ collaboration: stranger.id, file, owner: '10900001', inviter: '10900001', done: 'pending' }];
    expect(await handlers.findings('guard-collaboration')).toMatchObject(rows);
    const { entries } = await handlers.api('GET', `/2.0/files/${file}/comments`);
    expect(entries.map(({ message }: { message: string }) => message)).toEqual([expect.not.stringMatching(/is taken back|was removed/)]);
  });

  it('reports somebody of whom Box says nothing, and takes nothing from him on a guess', async () => {
    await using handlers = await openHandlers(stage.folder);
    const { box } = handlers.sandbox;
    const file = await handlers.put(people, 'a');
    const { id } = await invite(handlers, 'file', file, 'stranger@elsewhere.example');
    const hidden = { type: 'collaboration', id, status: 'accepted', role: 'viewer', accessible_by: null, invite_email: null, item: null };
    box.faults.once({ method: 'GET', path: `/2.0/collaborations/${id}` }, { kind: 'status', status: 200, body: hidden });
    await handlers.pass();
    expect(await handlers.findings('guard-collaboration')).toMatchObject([{ collaboration: id, file, owner: '10900001', done: 'nothing' }]);
    expect(box.journal.entries.filter(({ method }) => method === 'DELETE')).toEqual([]);
  });

  it('holds a domain below an allowed one for foreign', async () => {
    await using handlers = await openHandlers(stage.folder);
    const file = await handlers.put(people, 'a');
    const { id } = await invite(handlers, 'file', file, 'stranger@elsewhere.northwind.example');
    await handlers.pass();
    expect(await handlers.findings('guard-collaboration')).toMatchObject([{ collaboration: id, done: 'removed' }]);
  });

  it('comments once on what it hears both from the webhook and from the history', async () => {
    await using handlers = await openHandlers(stage.folder);
    const { sandbox, clock } = handlers;
    const { box, aws } = sandbox;
    const file = await handlers.put(people, 'a');
    const stranger = await invite(handlers, 'file', file, 'stranger@elsewhere.example');
    box.faults.always({ method: 'DELETE', path: /collaborations/ }, { kind: 'status', status: 409 });
    await handlers.pass();
    const webhook = box.webhooks.all.find(({ target }) => target.id === people);
    if (webhook) box.webhooks.remove(webhook);
    clock.advance(5 * minute);
    await sandbox.run('webhooks', new Date(clock.now()));
    await aws.events.drain();
    box.faults.clear();
    await handlers.pass(20 * minute);
    const lines = aws.logs(aws.outputs('Nightporter-sandbox-Webhooks').GuardCollaborationHandler ?? '');
    const events = lines.flatMap((line) => /"event":"([^"]+)"/.exec(line)?.[1] ?? []);
    expect(new Set(events).size, 'both ways').toBe(2);
    const { entries } = await handlers.api('GET', `/2.0/files/${file}/comments`);
    expect(entries).toHaveLength(1);
    expect(await handlers.findings('guard-collaboration')).toMatchObject([{ collaboration: stranger.id, done: 'removed' }]);
  });
});

describe('guards that only report', () => {
  it('change nothing in Box', async () => {
    await using reporting = await altered(stage.folder, onlyReporting, { stack: 'Webhooks' });
    await using handlers = await openHandlers(reporting.folder);
    const file = await handlers.put(links, 'a');
    await handlers.api('PUT', `/2.0/files/${file}?fields=shared_link`, { shared_link: { access: 'open' } });
    const shared = await handlers.put(people, 'b');
    await invite(handlers, 'file', shared, 'stranger@elsewhere.example');
    const { journal } = handlers.sandbox.box;
    const before = journal.entries.length;
    await handlers.pass();
    const writes = journal.entries.slice(before).filter(({ method, path }) => method !== 'GET' && path !== '/oauth2/token');
    expect(writes).toEqual([]);
    expect(handlers.sandbox.aws.journal.calls({ action: 'sns:Publish' })).toEqual([]);
    expect(await handlers.findings('guard-shared-link')).toMatchObject([{ file, done: 'nothing' }]);
    expect(await handlers.findings('guard-collaboration')).toMatchObject([{ file: shared, done: 'nothing' }]);
  });
});

/** Box sends what is due, and what handles it dies when the change is made and it is about to say so. */
async function dieAtSecondWrite({ sandbox: { aws, box }, pass }: Handlers, name: string): Promise<void> {
  aws.faults.once({ action: 's3:PutObject', nth: 2 }, { kind: 'hang' });
  const changes = () => box.journal.entries.filter(({ method, status }) => /PUT|DELETE/.test(method) && status < 300).length;
  const before = changes();
  const passed = pass();
  while (changes() === before) await setTimeout(5);
  await aws.kill(aws.outputs('Nightporter-sandbox-Webhooks')[`${name}Handler`] ?? '');
  await passed;
  // It may have died before it asked.
  aws.faults.clear();
}

function onlyReporting({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type !== 'AWS::Lambda::Function') continue;
    const { Variables } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
    if (Variables?.WEBHOOK_MODE === 'enforce') Variables.WEBHOOK_MODE = 'report';
  }
}

function invite({ api }: Handlers, type: string, id: string, login: string) {
  return api('POST', '/2.0/collaborations', { item: { type, id }, accessible_by: { type: 'user', login }, role: 'viewer' });
}
