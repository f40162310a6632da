import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebhooksManager } from 'box-node-sdk/managers/webhooks';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Clock, day, minute } from '../clock.ts';
import { call, mint, send, upload } from '../http/box-http.ts';
import { type BoxSimulator, startBox } from '../server.ts';
import { externalUser } from '../sharing/external-user.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const keys = { primary: 'first-key', secondary: 'second-key' };
let clock: Clock;
let box: BoxSimulator;
let receiver: Server;
let address: string;
let received: Received[];
let status: () => number;
let whileUnderWay: () => Promise<void>;
let owner: string;
let folder: string;

beforeEach(async () => {
  clock = new Clock(Date.now());
  received = [];
  status = () => 200;
  whileUnderWay = async () => {};
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    await whileUnderWay();
    response.writeHead(status()).end();
  });
  await new Promise<void>((resolve) => {
    receiver.listen(0, '127.0.0.1', resolve);
  });
  address = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  box = await startBox({ users: 20, contentFolders: 5, now: clock.now, signatureKeys: keys, expiresInSeconds: 1e8 });
  owner = await mint(box, '11000001');
  folder = (await call(box, owner, 'POST', '/2.0/folders', { name: 'Inbox', parent: { id: '0' } })).body.id;
});
afterEach(async () => {
  receiver.close();
  await box.close();
});

const create = (change: object = {}, token = owner) =>
  call(box, token, 'POST', '/2.0/webhooks', { target: { type: 'folder', id: folder }, address, triggers: ['FILE.UPLOADED'], ...change });
const due = () => box.webhooks.deliverDue();
const bodies = () => received.map(({ body }) => JSON.parse(body));
/** Sets the clock to each next attempt until nothing waits. */
async function runOut(): Promise<void> {
  for (let next = box.webhooks.queue.nextDueAt; next !== undefined; next = box.webhooks.queue.nextDueAt) {
    clock.advance(Math.max(0, next - clock.now()));
    await due();
  }
}

describe('a webhook', () => {
  test('is refused where Box refuses it', async () => {
    expect((await create({ target: { type: 'folder', id: '0' } })).status).toBe(400);
    expect((await create({ address: 'https://example.com/' })).status).toBe(400);
    expect((await create({ triggers: ['FILE.EATEN'] })).status).toBe(400);
    expect((await create({ triggers: [] })).status).toBe(400);
    const { file } = await upload(box, owner, { name: 'a', folder, content: 'x' });
    expect((await create({ target: { type: 'file', id: file.id }, triggers: ['FOLDER.CREATED'] })).status).toBe(400);
    expect((await create({}, await mint(box, '11000003'))).status).toBe(404);
    expect((await create()).status).toBe(201);
    expect((await create({ triggers: ['FILE.TRASHED'] })).status).toBe(409);
    box.app.change({ scopes: ['root_readwrite'] });
    expect((await create({}, await mint(box, '11000001'))).status).toBe(403);
  });

  test('is one of a thousand at most, for one app and user', async () => {
    for (let nth = 0; nth < 1000; nth++)
      box.webhooks.add({ target: { type: 'file', id: `${nth}` }, triggers: ['FILE.UPLOADED'], address, createdBy: '11000001' });
    expect((await create()).status).toBe(400);
  });

  test('is seen by its creator only', async () => {
    const { body } = await create();
    const service = await mint(box);
    expect((await call(box, service, 'GET', '/2.0/webhooks')).body.entries).toEqual([]);
    expect((await call(box, service, 'DELETE', `/2.0/webhooks/${body.id}`)).status).toBe(404);
    expect((await call(box, owner, 'GET', '/2.0/webhooks')).body.entries).toEqual([
      { type: 'webhook', id: body.id, target: { type: 'folder', id: folder } },
    ]);
  });

  test('hears what befalls the folder and all below it, and nothing leaves before it is told to', async () => {
    await create({
      triggers: ['FILE.UPLOADED', 'FILE.TRASHED', 'FOLDER.CREATED', 'SHARED_LINK.CREATED', 'COLLABORATION.CREATED', 'COMMENT.CREATED'],
    });
    const inner = (await call(box, owner, 'POST', '/2.0/folders', { name: 'Inner', parent: { id: folder } })).body.id;
    const { file } = await upload(box, owner, { name: 'ü/'.slice(0, 1), folder: inner, content: 'x' });
    await upload(box, owner, { name: 'elsewhere', content: 'x' });
    await call(box, owner, 'PUT', `/2.0/files/${file.id}`, { shared_link: { access: 'open' } });
    await call(box, owner, 'POST', '/2.0/collaborations', {
      item: { type: 'folder', id: inner },
      accessible_by: { type: 'user', id: '11000003' },
      role: 'viewer',
    });
    await call(box, owner, 'POST', '/2.0/comments', { message: 'x', item: { type: 'file', id: file.id } });
    await call(box, owner, 'DELETE', `/2.0/files/${file.id}`);
    expect(received).toEqual([]);
    await due();
    expect(
      bodies()
        .map(({ trigger }) => trigger)
        .sort(),
    ).toEqual(['COLLABORATION.CREATED', 'COMMENT.CREATED', 'FILE.TRASHED', 'FILE.UPLOADED', 'FOLDER.CREATED', 'SHARED_LINK.CREATED']);
    const uploaded = bodies().find(({ trigger }) => trigger === 'FILE.UPLOADED');
    expect(uploaded).toMatchObject({
      type: 'webhook_event',
      created_by: { id: '11000001' },
      source: { type: 'file', id: file.id, name: 'ü', size: 1 },
      additional_info: [],
    });
    for (const { body } of received) expect(body).toMatch(/^[\x20-\x7e]*$/);
  });
});

test('what outsiders say to an invitation is told as what it is', async () => {
  await create({ triggers: ['COLLABORATION.CREATED', 'COLLABORATION.ACCEPTED', 'COLLABORATION.REJECTED'] });
  const outsiders = [externalUser(1, 3), externalUser(1, 4)];
  const invited: string[] = [];
  for (const { login } of outsiders) {
    const invitation = { item: { type: 'folder', id: folder }, accessible_by: { type: 'user', login }, role: 'viewer' };
    invited.push((await call(box, owner, 'POST', '/2.0/collaborations', invitation)).body.id);
  }
  await due();
  received.length = 0;
  box.desk.answerInvitation(invited[0] ?? '', 'accepted');
  box.desk.answerInvitation(invited[1] ?? '', 'rejected');
  await due();
  const told = bodies().map(({ trigger, source, created_by: by }) => [trigger, source.id, source.status, source.item?.id, by.id]);
  expect(told.sort()).toEqual([
    ['COLLABORATION.ACCEPTED', invited[0], 'accepted', folder, outsiders[0]?.id],
    ['COLLABORATION.REJECTED', invited[1], 'rejected', folder, outsiders[1]?.id],
  ]);
});

describe('a delivery', () => {
  test("is signed so that Box's SDK takes it, with either key, and no longer when a byte is changed", async () => {
    await create();
    await upload(box, owner, { name: 'größe', folder, content: 'x' });
    await due();
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    const check = (text: string, primary: string, secondary: string) =>
      WebhooksManager.validateMessage(text, headers as Record<string, string>, primary, { secondaryKey: secondary });
    expect(await check(body, keys.primary, 'x')).toBe(true);
    expect(await check(body, 'x', keys.secondary)).toBe(true);
    expect(await check(body, 'x', 'x')).toBe(false);
    expect(await check(`${body} `, keys.primary, keys.secondary)).toBe(false);
  });

  test('is tried again twelve times over two hours, with the same body and a new delivery id', async () => {
    status = () => 500;
    await create();
    await upload(box, owner, { name: 'a', folder, content: 'x' });
    const start = clock.now();
    await runOut();
    expect(received).toHaveLength(13);
    expect(clock.now() - start).toBe(120 * minute);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers['box-delivery-id'])).size).toBe(13);
    expect(new Set(received.map(({ headers }) => headers['box-delivery-timestamp'])).size).toBe(13);
    expect(box.webhooks.queue.attempts.at(-1)).toMatchObject({ number: 13, status: 500, last: true });
  });

  test('keeps the id of its body and never that of the delivery, whatever the receiver answers', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 6 }), fc.infiniteStream(fc.boolean()), async (uploads, answers) => {
        received.length = 0;
        status = () => (answers.next().value ? 204 : 503);
        const { body: webhook } = await create();
        for (let nth = 0; nth < uploads; nth++) await upload(box, owner, { name: `${Math.random()}`, folder, content: 'x' });
        await runOut();
        expect(new Set(bodies().map(({ id }) => id)).size).toBe(uploads);
        expect(new Set(received.map(({ headers }) => headers['box-delivery-id'])).size).toBe(received.length);
        await call(box, owner, 'DELETE', `/2.0/webhooks/${webhook.id}`);
        clock.advance(minute);
      }),
      { numRuns: 15 },
    );
  });

  test('that is under way when its webhook is removed is not tried again; the notice of a removal is', async () => {
    const { body: webhook } = await create();
    await upload(box, owner, { name: 'a', folder, content: 'x' });
    whileUnderWay = async () => void (await call(box, owner, 'DELETE', `/2.0/webhooks/${webhook.id}`));
    status = () => 500;
    expect(await due()).toMatchObject([{ status: 500, last: true }]);
    await runOut();
    expect(received).toHaveLength(1);
    whileUnderWay = async () => {};
    await create();
    box.tokens.revokeOf('11000001');
    expect(await due()).toMatchObject([{ trigger: 'WEBHOOK.DELETED', status: 500, last: false }]);
  });

  test('that has not begun when its webhook is removed, or that another call has made, is not made', async () => {
    const { body: webhook } = await create();
    for (const name of ['a', 'b', 'c']) await upload(box, owner, { name, folder, content: 'x' });
    const [one, other] = await Promise.all([box.webhooks.deliverDue(1), box.webhooks.deliverDue(1)]);
    expect(one.length + other.length).toBe(3);
    expect(received).toHaveLength(3);
    for (const name of ['d', 'e']) await upload(box, owner, { name, folder, content: 'x' });
    whileUnderWay = async () => void (await call(box, owner, 'DELETE', `/2.0/webhooks/${webhook.id}`));
    expect(await box.webhooks.deliverDue(1)).toHaveLength(1);
  });

  test('to nobody who listens, or who is too slow, has failed', async () => {
    await using hasty = await startBox({ users: 3, contentFolders: 1, webhookTimeoutSeconds: 0.05 });
    const token = await mint(hasty, '11000001');
    const { body: made } = await call(hasty, token, 'POST', '/2.0/folders', { name: 'x', parent: { id: '0' } });
    await call(hasty, token, 'POST', '/2.0/webhooks', {
      target: { type: 'folder', id: made.id },
      address: 'http://127.0.0.1:9/',
      triggers: ['FILE.UPLOADED'],
    });
    await upload(hasty, token, { name: 'a', folder: made.id, content: 'x' });
    expect(await hasty.webhooks.deliverDue()).toMatchObject([{ status: 0, last: false }]);
    expect(await hasty.webhooks.deliverDue()).toEqual([]);
  });
});

describe('Box removes a webhook, and says so,', () => {
  const deleted = async () => {
    await due();
    expect(bodies().at(-1)).toMatchObject({ trigger: 'WEBHOOK.DELETED', additional_info: { reason: 'auto_cleanup' } });
  };

  test('when nothing has arrived for 30 days although there was something for 14', async () => {
    const { body } = await create();
    clock.advance(16 * day);
    status = () => 500;
    await upload(box, owner, { name: 'a', folder, content: 'x' });
    clock.advance(14 * day);
    expect((await call(box, owner, 'GET', `/2.0/webhooks/${body.id}`)).status).toBe(200);
    clock.advance(1);
    expect((await call(box, owner, 'GET', `/2.0/webhooks/${body.id}`)).status).toBe(404);
    status = () => 200;
    await deleted();
  });

  test('not when it is only quiet', async () => {
    const { body } = await create();
    clock.advance(300 * day);
    expect((await call(box, owner, 'GET', `/2.0/webhooks/${body.id}`)).status).toBe(200);
  });

  test('when the last token of its creator has been revoked', async () => {
    await create();
    const { clientId, clientSecret } = box.app;
    const form = new URLSearchParams({ client_id: clientId, client_secret: clientSecret, token: owner });
    await send(box, '/oauth2/revoke', { method: 'POST', body: form });
    expect((await call(box, await mint(box, '11000001'), 'GET', '/2.0/webhooks')).body.entries).toEqual([]);
    await deleted();
  });

  test('and tells once when its creator cannot act any more', async () => {
    await create();
    await call(box, owner, 'POST', '/2.0/collaborations', {
      item: { type: 'folder', id: folder },
      accessible_by: { type: 'user', id: '11000003' },
      role: 'editor',
    });
    box.enterprise.change('11000001', { status: 'inactive' });
    const editor = await mint(box, '11000003');
    for (const name of ['a', 'b']) await upload(box, editor, { name, folder, content: 'x' });
    await due();
    expect(bodies().map(({ trigger }) => trigger)).toEqual(['NO_ACTIVE_SESSION']);
    box.enterprise.change('11000001', { status: 'active' });
    await upload(box, editor, { name: 'c', folder, content: 'x' });
    await due();
    expect(bodies().at(-1).trigger).toBe('FILE.UPLOADED');
  });
});
