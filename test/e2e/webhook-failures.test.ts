import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { minute } from '../sandbox/box/clock.ts';
import { signedHeaders } from '../sandbox/box/webhooks/signature.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { holdBack } from './held-back.ts';
import { answeredFolder } from './webhooks/answered-folder.ts';
import { deadLetters, describingStage } from './webhooks/descriptions.ts';
import { lossyDoor } from './webhooks/lossy-door.ts';

const { now, open: openStage, pass } = describingStage();

async function open(): Promise<Sandbox> {
  const sandbox = await openStage();
  await sandbox.putSigningKeys();
  return sandbox;
}

const reasons = async (sandbox: Sandbox) =>
  (await deadLetters(sandbox)).map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue);

describe('a handler that Box puts off', () => {
  it('by nothing at all, for two hours, is not called so often that the queue throws the event out', { timeout: 120_000 }, async () => {
    await using sandbox = await open();
    const { box } = sandbox;
    const inbox = await answeredFolder(sandbox);
    box.faults.always({ method: 'PUT', path: /files/ }, { kind: 'status', status: 503, headers: { 'retry-after': '0' } });
    const file = await inbox.upload('patient');
    for (let nth = 0; nth < 120; nth++) await pass(sandbox, minute);
    box.faults.clear();
    expect(await reasons(sandbox)).toEqual([]);
    await pass(sandbox, 16 * minute);
    expect([inbox.writes(file), await reasons(sandbox)]).toEqual([1, []]);
  });
});

describe('a handler that Box puts off by another job of its app', () => {
  it('makes no call, and gives the event back to its queue until the pause is over: nobody pays for the wait', async () => {
    await using sandbox = await open();
    const { aws, box } = sandbox;
    const inbox = await answeredFolder(sandbox);
    await holdBack(sandbox, now() + 10 * minute);
    const file = await inbox.upload('held');
    const reads = () => box.journal.entries.filter(({ path, method }) => method === 'GET' && path === `/2.0/files/${file}`).length;
    const begun = performance.now();
    for (let nth = 0; nth < 9; nth++) await pass(sandbox, minute);
    expect(performance.now() - begun, 'it slept').toBeLessThan(55_000);
    expect(reads()).toBe(0);
    expect(aws.metrics().filter(({ name, value }) => name === 'EventFailed' && value > 0)).toHaveLength(1);
    await pass(sandbox, 2 * minute);
    expect([inbox.writes(file), await reasons(sandbox)]).toEqual([1, []]);
  });
});

describe('an event that kills its handler', () => {
  it('is given up after the hours that every event has, as such, without being handed over once more', { timeout: 120_000 }, async () => {
    await using sandbox = await open();
    const { aws, box } = sandbox;
    const inbox = await answeredFolder(sandbox);
    const file = await inbox.upload('deadly');
    const reads = () => box.journal.entries.filter(({ path, method }) => method === 'GET' && path === `/2.0/files/${file}`).length;
    for (let nth = 0; nth < 6; nth++) await pass(sandbox, 61 * minute);
    expect([reads(), await reasons(sandbox)]).toEqual([5, ['HANDLER_DIED']]);
    expect(aws.metrics().filter(({ name, value }) => name === 'EventFailed' && value > 0)).toHaveLength(0);
  });

  it('takes those beside it along once, and no more: they are handled, and it is given up alone', async () => {
    await using sandbox = await open();
    const { box } = sandbox;
    const inbox = await answeredFolder(sandbox);
    const mates: string[] = [];
    for (const name of ['a', 'b', 'deadly', 'c', 'd']) {
      const file = await inbox.upload(name);
      if (name === 'deadly') continue;
      mates.push(file);
      // Under way when they are killed.
      box.faults.always({ method: 'GET', path: `/2.0/files/${file}` }, { kind: 'slow', milliseconds: 400 });
    }
    await pass(sandbox);
    expect(
      mates.map((file) => inbox.writes(file)),
      'all died',
    ).toEqual([0, 0, 0, 0]);
    await pass(sandbox, 61 * minute);
    expect(mates.map((file) => inbox.writes(file))).toEqual([1, 1, 1, 1]);
    for (let nth = 0; nth < 5; nth++) await pass(sandbox, 61 * minute);
    expect(mates.map((file) => inbox.writes(file))).toEqual([1, 1, 1, 1]);
    expect(await reasons(sandbox)).toEqual(['HANDLER_DIED']);
  });
});

describe('an event of which Box never learns that it has arrived', () => {
  it('comes again as another delivery, and is the same event', async () => {
    await using sandbox = await open();
    const { aws, box, webhookAddress } = sandbox;
    const inbox = await answeredFolder(sandbox);
    await using door = await lossyDoor(webhookAddress('describe-uploads'), (nth) => nth === 0);
    const [webhook] = box.webhooks.all;
    if (webhook) box.webhooks.change(webhook, { address: door.url });
    const file = await inbox.upload('twice');
    expect(await pass(sandbox)).toEqual([0]);
    expect(await pass(sandbox, minute)).toEqual([202]);
    const { attempts } = box.webhooks.queue;
    expect([new Set(attempts.map(({ messageId }) => messageId)).size, new Set(attempts.map(({ deliveryId }) => deliveryId)).size]).toEqual([
      1, 2,
    ]);
    expect(aws.journal.calls({ action: 'sqs:SendMessage', status: 200 })).toHaveLength(2);
    expect(inbox.writes(file)).toBe(1);
  });

  it('because it could not be queued, is not answered as if it were, and is handled once', async () => {
    await using sandbox = await open();
    const { aws, box } = sandbox;
    const inbox = await answeredFolder(sandbox);
    aws.faults.always({ action: 'sqs:SendMessage' }, { kind: 'error', status: 503 });
    const file = await inbox.upload('later');
    expect(await pass(sandbox)).toEqual([503]);
    aws.faults.clear();
    expect(await pass(sandbox, minute)).toEqual([202]);
    expect([inbox.writes(file), box.webhooks.queue.waiting]).toEqual([1, []]);
  });
});

describe('the front door', () => {
  /** A message as Box would sign it now. */
  function signed({ box }: Sandbox, body: string): Record<string, string> {
    return { 'content-type': 'application/json', ...signedHeaders(body, box.webhooks.queue.keys, now(), 'a-delivery') };
  }

  it("lets in what is signed and no event, which is a person's to look at, with the reason", async () => {
    await using sandbox = await open();
    const address = sandbox.webhookAddress('describe-uploads');
    expect((await fetch(address, { method: 'POST', headers: signed(sandbox, '[1]'), body: '[1]' })).status).toBe(202);
    await sandbox.aws.events.drain();
    expect(await reasons(sandbox)).toEqual(['EVENT_INVALID']);
  });

  it('lets in a message byte by byte, not half of one, and ten times the same as one', async () => {
    await using sandbox = await open();
    const { aws, box } = sandbox;
    const address = sandbox.webhookAddress('describe-uploads');
    const inbox = await answeredFolder(sandbox);
    const file = await inbox.upload('a file');
    const [message] = box.webhooks.queue.waiting;
    const { body = '' } = message ?? {};
    if (message) box.webhooks.queue.drop(message.webhook);
    const headers = signed(sandbox, body);
    await raw(address, headers, [body.slice(0, body.length / 2)], body.length);
    expect(aws.journal.calls({ action: 'sqs:SendMessage' })).toEqual([]);
    expect(await raw(address, headers, [...body], body.length)).toMatch(/^HTTP\/1.1 202/);
    for (let nth = 0; nth < 10; nth++) expect((await fetch(address, { method: 'POST', headers, body })).status).toBe(202);
    await aws.events.drain();
    expect(aws.journal.calls({ action: 'sqs:SendMessage', status: 200 })).toHaveLength(11);
    expect(inbox.writes(file)).toBe(1);
  });
});

/** Writes a POST piece by piece, and goes away where less has come than was announced. @returns the answer */
async function raw(address: string, headers: Record<string, string>, pieces: readonly string[], length: number): Promise<string> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host: `${hostname}:${port}`, 'content-length': String(length), connection: 'close', ...headers });
  socket.write(`POST / HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
  socket.setNoDelay(true);
  for (const piece of pieces) await new Promise((resolve) => socket.write(piece, resolve));
  if (pieces.join('').length < length) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    socket.destroy();
    return '';
  }
  return Buffer.concat(await Array.fromAsync(socket as AsyncIterable<Buffer>)).toString();
}
