import { expect, it } from 'vitest';
import { type DeliveryParts, deliverOne } from '../../../../lib/entry/deliver/deliver-one.ts';
import { createLog } from '../../../../lib/observe/log.ts';
import { type Dedupe, dedupeIn } from '../../../../lib/webhook/dedupe.ts';
import { tokensTable } from '../../run/table.ts';

const hour = 3_600_000;

const record = {
  messageId: 'message',
  receiptHandle: 'receipt',
  body: Buffer.from(
    JSON.stringify({
      type: 'webhook_event',
      id: 'event',
      trigger: 'FILE.UPLOADED',
      created_at: '2026-11-22T02:00:00Z',
      webhook: { id: '5' },
      source: { type: 'file', id: '7' },
    }),
  ).toString('base64'),
  attributes: { ApproximateReceiveCount: '9' },
};

interface World {
  readonly dedupe: Dedupe;
  /** What was done with the message, in order. */
  readonly done: string[];
  readonly parts: (handle: () => Promise<undefined>) => DeliveryParts;
}

async function open(now: () => number) {
  const table = await tokensTable();
  const dedupe = dedupeIn(table.client, table.name, now);
  const done: string[] = [];
  const queue = {
    hide: async () => void done.push('hidden'),
    giveUp: async (_: unknown, reason: string) => void done.push(`letter: ${reason}`),
  };
  const sessions = { open: () => ({ context: {}, close: async () => {} }), warm: async () => {} } as unknown as DeliveryParts['sessions'];
  const log = createLog({ stage: 'dev', job: 'archive', write: () => {} });
  const parts: World['parts'] = (handle) => ({
    ...{ name: 'archive', mode: undefined, log, sessions, dedupe, queue },
    webhook: { triggers: ['FILE.UPLOADED'], timeoutMinutes: 1, handle },
  });
  return { dedupe, done, parts, [Symbol.asyncDispose]: () => table[Symbol.asyncDispose]() };
}

const request = { webhook: 'archive', eventId: 'event', leaseMs: 90_000, isFirstReceipt: false };

it('an attempt that was overtaken puts no letter there, however late it fails', async () => {
  // As far as the table knows the event's hours are over, and each look at it comes after the lease of the one before.
  let at = Date.now() - 10 * hour;
  await using world = await open(() => {
    at += 120_000;
    return at;
  });
  for (let attempt = 0; attempt < 5; attempt++) {
    const beginning = await world.dedupe.begin(request);
    if (beginning.outcome === 'begun') await beginning.end('failed', 'X');
  }
  const outcome = await deliverOne(
    record,
    world.parts(async () => {
      expect((await world.dedupe.begin(request)).outcome, 'somebody takes over').toBe('begun');
      throw new Error('late');
    }),
  );
  expect([outcome, world.done]).toEqual(['again', ['hidden']]);
});

it('one that nobody has overtaken leaves the letter, once it is written down that it was given up', async () => {
  let at = Date.now() - 10 * hour;
  await using world = await open(() => {
    at += 120_000;
    return at;
  });
  for (let attempt = 0; attempt < 5; attempt++) {
    const beginning = await world.dedupe.begin(request);
    if (beginning.outcome === 'begun') await beginning.end('failed', 'X');
  }
  const fails = async () => {
    throw new Error('again');
  };
  expect(await deliverOne(record, world.parts(fails))).toBe('settled');
  expect(world.done).toEqual(['letter: JOB_FAILED']);
});
