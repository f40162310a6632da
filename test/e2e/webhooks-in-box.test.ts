import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clock, day, minute } from '../sandbox/box/clock.ts';
import { call, mint, upload } from '../sandbox/box/http/box-http.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { altered, failing, type Template } from './altered.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

/** What the simulator calls the first folders that the service account makes. */
const [archive, links] = ['199990000001', '199990000002'];
const settings = { inventoryUser: '11000001', archiveFolder: archive, linksFolder: links };
const both = { 'archive-upload': true, 'guard-shared-link': { params: { rules: [{ access: 'company' }] } } };
let full: StageAssembly;
let less: StageAssembly;
let clock: Clock;

beforeAll(async () => {
  full = await stageWith({ settings, webhooks: both });
  less = await stageWith({ settings, webhooks: { 'archive-upload': true } });
}, 120_000);
afterAll(async () => {
  await full[Symbol.asyncDispose]();
  await less[Symbol.asyncDispose]();
});
beforeEach(() => {
  clock = new Clock();
});

async function open({ hasFolders = true, assembly = full.folder } = {}): Promise<Sandbox> {
  const { now } = clock;
  const keys = { primary: 'the first key of the app', secondary: 'the second key of the app' };
  const sandbox = await openSandbox({ assembly, box: { users: 5, now, signatureKeys: keys }, aws: { now } });
  if (hasFolders) for (const name of ['Archive', 'Links']) await makeFolder(sandbox, name);
  return sandbox;
}

async function makeFolder({ box }: Sandbox, name: string): Promise<string> {
  const { body } = await call(box, await mint(box), 'POST', '/2.0/folders', { name, parent: { id: '0' } });
  return String(body.id);
}

/** An hourly round. @returns what the run answered */
async function round(sandbox: Sandbox): Promise<unknown> {
  clock.advance(60 * minute);
  return (await sandbox.run('webhooks', new Date(clock.now()))).payload;
}

const targets = ({ box }: Sandbox) => box.webhooks.all.map(({ target }) => target.id).sort();
const status = ({ aws }: Sandbox) => aws.outputs('Nightporter-sandbox-Webhooks').WebhooksStatus;
const sentences = (sandbox: Sandbox) =>
  sandbox.aws
    .logs(sandbox.functionName('webhooks'))
    .filter((line) => line.includes('"ERROR"'))
    .map((line) => (JSON.parse(line) as { message: string }).message);

describe('the webhooks of a stage', () => {
  it('wait for the secret, are made without a deploy, and stay as they are after that', async () => {
    await using sandbox = await open();
    expect([status(sandbox), targets(sandbox)]).toEqual(['waiting for secret', []]);
    expect(await round(sandbox)).toEqual({ waitingForSecret: 1 });
    await sandbox.putSecret();
    expect(await round(sandbox)).toEqual({ webhooks: 2, problems: 0, drifted: 0, caughtUp: 0 });
    expect(targets(sandbox)).toEqual([archive, links]);
    expect(sandbox.box.webhooks.all.map(({ address }) => address)).toContain(sandbox.webhookAddress('archive-upload'));
    const made = sandbox.box.webhooks.all.map(({ id }) => id);
    await round(sandbox);
    await sandbox.aws.deploy();
    expect(sandbox.box.webhooks.all.map(({ id }) => id)).toEqual(made);
  });

  it('follow a deployment, a rollback and a deletion, and leave alone what is not theirs', async () => {
    await using sandbox = await open();
    const { box, aws } = sandbox;
    const foreign = { target: { type: 'folder', id: await makeFolder(sandbox, 'Other') }, triggers: ['FILE.TRASHED'], address: box.url };
    await call(box, await mint(box), 'POST', '/2.0/webhooks', foreign);
    await sandbox.putSecret();
    await round(sandbox);
    await aws.deploy(less.folder);
    expect(targets(sandbox)).toEqual([archive, foreign.target.id]);
    expect(status(sandbox)).toBe('1 in place');
    await aws.deploy(full.folder);
    expect(targets(sandbox)).toEqual([archive, links, foreign.target.id]);
    expect(await aws.destroy()).toSatisfy((remains: { reason: string }[]) => remains.every(({ reason }) => reason === 'retained'));
    expect(targets(sandbox)).toEqual([foreign.target.id]);
  });

  it('are each made once where two rounds begin together', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    const { box, run } = sandbox;
    box.faults.always({ path: /webhooks/ }, { kind: 'slow', milliseconds: 100 });
    const rounds = await Promise.all([run('webhooks', new Date(clock.now())), run('webhooks', new Date(clock.now() + minute))]);
    expect(rounds.map(({ payload }) => payload)).toMatchObject([
      { webhooks: 2, problems: 0 },
      { webhooks: 2, problems: 0 },
    ]);
    const made = box.journal.entries.filter(({ method, path }) => method === 'POST' && path === '/2.0/webhooks');
    expect(made.map(({ status }) => status)).toEqual([201, 201]);
    expect(targets(sandbox)).toEqual([archive, links]);
  });

  it('are those of a deployment that comes while a round makes what the one before wanted', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    const { box, aws } = sandbox;
    const lists = () => box.journal.entries.filter(({ method, path }) => method === 'GET' && path === '/2.0/webhooks').length;
    box.faults.once({ method: 'GET', path: '/2.0/webhooks' }, { kind: 'slow', milliseconds: 2000 });
    const late = sandbox.run('webhooks', new Date(clock.now()));
    while (lists() === 0) await setTimeout(5);
    await Promise.all([aws.deploy(less.folder), late]);
    expect([status(sandbox), targets(sandbox)]).toEqual(['1 in place', [archive]]);
  });

  it('are restored where somebody has removed or changed them, which is told', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    await round(sandbox);
    const { webhooks } = sandbox.box;
    const [first, second] = webhooks.all;
    if (first) webhooks.remove(first);
    if (second) webhooks.change(second, { triggers: ['FILE.TRASHED'] });
    expect(await round(sandbox)).toMatchObject({ webhooks: 2, drifted: 2 });
    expect(targets(sandbox)).toEqual([archive, links]);
    expect(webhooks.all.flatMap(({ triggers }) => triggers)).not.toContain('FILE.TRASHED');
    expect(sandbox.aws.metrics().filter(({ name, value }) => name === 'WebhookDrift' && value > 0)).toHaveLength(1);
  });

  it('fail no deployment and no deletion where Box refuses, and say why in one sentence each', async () => {
    await using sandbox = await open({ hasFolders: false });
    const { box, aws } = sandbox;
    await sandbox.putSecret();
    await round(sandbox);
    expect(sentences(sandbox)).toEqual([
      expect.stringMatching(/^Correct the target folder 199990000001, or invite the webhook's user to it.*Box answered 404/),
      expect.stringMatching(/^Correct the target folder 199990000002/),
    ]);
    await makeFolder(sandbox, 'Archive');
    expect(await round(sandbox)).toMatchObject({ webhooks: 1, problems: 1 });
    box.faults.always({ path: /webhooks/ }, { kind: 'status', status: 403 });
    await aws.deploy(less.folder);
    expect(status(sandbox)).toMatch(/^\d of \d have a problem/);
    expect(sentences(sandbox).at(-1)).toMatch(/^Enable the scope "Manage webhooks"/);
    expect((await aws.destroy()).filter(({ reason }) => reason !== 'retained')).toEqual([]);
  });

  it('that Box has dropped come back, and what they missed reaches the handler', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    await sandbox.putSigningKeys();
    const { box, aws } = sandbox;
    await round(sandbox);
    const webhook = box.webhooks.all.find(({ target }) => target.id === archive);
    if (webhook) box.webhooks.remove(webhook);
    clock.advance(5 * minute);
    const missed = await put(sandbox, 'missed');
    await round(sandbox);
    await round(sandbox);
    await aws.events.drain();
    expect(await sandbox.reportKeys(`archive/archive-upload/${missed}/`)).toHaveLength(2);
    // For an hour the history is read again; the rounds before may have ended a moment short of it.
    clock.advance(day);
    await round(sandbox);
    expect(await round(sandbox)).toMatchObject({ caughtUp: 0 });
  });

  it('that somebody has removed come back, and the links made meanwhile reach the guard', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    await sandbox.putSigningKeys();
    const { box, aws } = sandbox;
    await round(sandbox);
    for (const webhook of box.webhooks.all) box.webhooks.remove(webhook);
    clock.advance(5 * minute);
    const { body: shared } = await call(box, await mint(box), 'POST', '/2.0/folders', { name: 'Shared', parent: { id: links } });
    await call(box, await mint(box), 'PUT', `/2.0/folders/${shared.id}`, { shared_link: { access: 'open' } });
    await round(sandbox);
    await round(sandbox);
    await aws.events.drain();
    const keys = await sandbox.reportKeys('reports/guard-shared-link/findings/');
    const found = await Promise.all(keys.map(async (key) => JSON.parse(Buffer.from(await sandbox.readReport(key)).toString())));
    expect(found).toMatchObject([{ folder: shared.id, breach: 'access', access: 'open' }]);
  });

  it('that somebody has made deaf hear again, and what they missed reaches the handler', async () => {
    await using sandbox = await open();
    await Promise.all([sandbox.putSecret(), sandbox.putSigningKeys()]);
    const { box, aws } = sandbox;
    await round(sandbox);
    const webhook = box.webhooks.all.find(({ target }) => target.id === archive);
    if (webhook) box.webhooks.change(webhook, { triggers: ['FILE.TRASHED'] });
    clock.advance(5 * minute);
    const missed = await put(sandbox, 'missed');
    expect(box.webhooks.queue.waiting).toEqual([]);
    await round(sandbox);
    await round(sandbox);
    await aws.events.drain();
    expect(await sandbox.reportKeys(`archive/archive-upload/${missed}/`)).toHaveLength(2);
  });

  it('are no reason for an alarm where a deployment wants something else of them', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    await round(sandbox);
    await using other = await altered(full.folder, wanting(['FILE.UPLOADED', 'FILE.COPIED']), { stack: 'Webhooks' });
    await sandbox.aws.deploy(other.folder);
    expect(sandbox.box.webhooks.all.flatMap(({ triggers }) => triggers)).toContain('FILE.COPIED');
    expect(sandbox.aws.metrics().filter(({ name, value }) => name === 'WebhookDrift' && value > 0)).toEqual([]);
  });

  it('are seen to although Box refuses to tell what they missed, which is a problem until it does', async () => {
    await using sandbox = await open();
    await Promise.all([sandbox.putSecret(), sandbox.putSigningKeys()]);
    const { box, aws } = sandbox;
    await round(sandbox);
    const webhook = box.webhooks.all.find(({ target }) => target.id === archive);
    if (webhook) box.webhooks.remove(webhook);
    const missed = await put(sandbox, 'missed');
    box.faults.always({ path: '/2.0/events' }, { kind: 'status', status: 403 });
    expect(await round(sandbox)).toEqual({ webhooks: 2, problems: 1, drifted: 1, caughtUp: 0 });
    expect(sentences(sandbox)).toEqual([expect.stringMatching(/^Enable the scope "Manage enterprise properties".*Box answered 403/)]);
    box.faults.clear();
    await round(sandbox);
    await aws.events.drain();
    expect(await sandbox.reportKeys(`archive/archive-upload/${missed}/`)).toHaveLength(2);
  });
});

describe('a deployment that fails', () => {
  it('leaves no webhook of ours behind where it was the first', async () => {
    await using bare = await altered(full.folder, withoutWebhooks, { stack: 'Webhooks' });
    await using broken = await altered(full.folder, failing, { stack: 'Webhooks' });
    await using sandbox = await open({ assembly: bare.folder });
    const { box, aws } = sandbox;
    await sandbox.putSecret();
    const foreign = { target: { type: 'folder', id: await makeFolder(sandbox, 'Other') }, triggers: ['FILE.TRASHED'], address: box.url };
    await call(box, await mint(box), 'POST', '/2.0/webhooks', foreign);
    await expect(aws.deploy(broken.folder)).rejects.toThrow('Effect must be Allow or Deny');
    expect(changes(sandbox)).toEqual(['POST', 'POST', 'POST', 'DELETE', 'DELETE']);
    expect(targets(sandbox)).toEqual([foreign.target.id]);
    await round(sandbox);
    expect(targets(sandbox)).toEqual([foreign.target.id]);
  });

  it('because what it wants could not be stored makes no webhook, and nothing stands in the way of the next one', async () => {
    await using bare = await altered(full.folder, withoutWebhooks, { stack: 'Webhooks' });
    await using sandbox = await open({ assembly: bare.folder });
    const { aws } = sandbox;
    await sandbox.putSecret();
    aws.faults.always({ action: 'dynamodb:PutItem' }, { kind: 'error' });
    await expect(aws.deploy(full.folder)).rejects.toThrow('Check the runs table and the grant on it');
    aws.faults.clear();
    expect(changes(sandbox)).toEqual([]);
    await aws.deploy(full.folder);
    expect([status(sandbox), targets(sandbox)]).toEqual(['2 in place', [archive, links]]);
  });

  it.each([
    ['changed one', ['PUT', 'PUT'], wanting(['FILE.UPLOADED', 'FILE.COPIED'])],
    ['removed them', ['DELETE', 'DELETE', 'POST', 'POST'], disarmed],
  ])('leaves the webhooks as they were where it had %s', async (_, expected, change) => {
    await using sandbox = await open();
    await sandbox.putSecret();
    await round(sandbox);
    const before = shapes(sandbox);
    const made = changes(sandbox).length;
    const changeAndFail = (template: Template) => {
      change(template);
      failing(template);
    };
    await using broken = await altered(full.folder, changeAndFail, { stack: 'Webhooks' });
    await expect(sandbox.aws.deploy(broken.folder)).rejects.toThrow('Effect must be Allow or Deny');
    expect(changes(sandbox).slice(made), 'there and back').toEqual(expected);
    expect(shapes(sandbox)).toEqual(before);
    expect(await round(sandbox)).toMatchObject({ webhooks: 2, problems: 0, drifted: 0 });
    expect(shapes(sandbox)).toEqual(before);
  });
});

/** What was done to webhooks at Box, in order. */
function changes({ box }: Sandbox): readonly string[] {
  return box.journal.entries.filter(({ method, path }) => method !== 'GET' && path.startsWith('/2.0/webhooks')).map(({ method }) => method);
}

function shapes({ box }: Sandbox): ReadonlySet<unknown> {
  return new Set(box.webhooks.all.map(({ target, address, triggers }) => ({ target, address, triggers })));
}

/** As a deployment of a stage that does nothing by itself. */
function disarmed({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) if (Type === 'Custom::BoxWebhooks') Properties.State = 'DISABLED';
}

/** As before there were any: all of the stack but the resource that makes them in Box. */
function withoutWebhooks(template: Template): void {
  const { Resources, Outputs = {} } = template as Template & { readonly Outputs?: Record<string, unknown> };
  for (const [id, { Type }] of Object.entries(Resources)) if (Type === 'Custom::BoxWebhooks') delete Resources[id];
  delete Outputs.WebhooksStatus;
}

/** @returns the id of the new file in the archive */
async function put({ box }: Sandbox, name: string): Promise<string> {
  const { file } = await upload(box, await mint(box), { name, folder: archive, content: name });
  return String(file.id);
}

/** As a deployment of a webhook with other triggers would. */
function wanting(triggers: readonly string[]): (template: Template) => void {
  return ({ Resources }) => {
    const webhooks = Object.values(Resources).find(({ Type }) => Type === 'Custom::BoxWebhooks');
    const written = (names: readonly string[]) => JSON.stringify(JSON.stringify(names)).slice(1, -1);
    if (webhooks)
      webhooks.Properties.Wish = JSON.parse(
        JSON.stringify(webhooks.Properties.Wish).replace(written(['FILE.UPLOADED']), written(triggers)),
      );
  };
}
