import { expect, it } from 'vitest';
import { ToBeContinued } from '../../../../lib/declare/archive.ts';
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

async function open(now: () => number, lostLetters = 0) {
  const table = await tokensTable();
  const dedupe = dedupeIn(table.client, table.name, now);
  const done: string[] = [];
  const queue = {
    hide: async (_: unknown, ms: number) => void done.push(ms === 0 ? 'at once' : 'hidden'),
    giveUp: async (_: unknown, reason: string) => {
      if (done.length < lostLetters) throw new Error('The queue does not answer.');
      done.push(`letter: ${reason}`);
    },
  };
  const sessions = { open: () => ({ context: {}, close: async () => {} }), warm: async () => {} } as unknown as DeliveryParts['sessions'];
  const lines: string[] = [];
  const log = createLog({ stage: 'dev', job: 'archive', write: (line) => void lines.push(line) });
  const parts: World['parts'] = (handle) => ({
    ...{ name: 'archive', mode: undefined, log, sessions, dedupe, queue },
    webhook: { triggers: ['FILE.UPLOADED'], timeoutMinutes: 1, handle },
  });
  return { dedupe, done, lines, parts, [Symbol.asyncDispose]: () => table[Symbol.asyncDispose]() };
}

const request = { webhook: 'archive', eventId: 'event', leaseMs: 90_000, isFirstReceipt: false };

/** Five attempts have failed. As far as the table knows the event's hours are over, and each look at it comes after the lease of the one before. */
async function tired(lostLetters = 0) {
  let at = Date.now() - 10 * hour;
  const world = await open(() => {
    at += 120_000;
    return at;
  }, lostLetters);
  for (let attempt = 0; attempt < 5; attempt++) {
    const beginning = await world.dedupe.begin(request);
    if (beginning.outcome === 'begun') await beginning.end('failed', 'X');
  }
  return world;
}

it('an attempt that was overtaken puts no letter there, however late it fails', async () => {
  await using world = await tired();
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
  await using world = await tired();
  const fails = async () => {
    throw new Error('again');
  };
  expect(await deliverOne(record, world.parts(fails))).toBe('settled');
  expect(world.done).toEqual(['letter: JOB_FAILED']);
});

it('a letter that could not be sent loses nothing: the event comes again, with hours of its own', async () => {
  await using world = await tired(1);
  const fails = async () => {
    throw new Error('again');
  };
  expect(await deliverOne(record, world.parts(fails))).toBe('again');
  expect(
    await deliverOne(
      record,
      world.parts(async () => undefined),
    ),
  ).toBe('settled');
  expect(world.done).toEqual(['hidden']);
  expect((await world.dedupe.begin(request)).outcome, 'nobody begins it again').not.toBe('begun');
});

it('what takes longer than an invocation goes on in the next at once, is no failure, and has its hours anew', async () => {
  let at = Date.now();
  await using world = await open(() => at);
  let turns = 0;
  const handle = async () => {
    at += 5 * hour;
    if (++turns < 8) throw new ToBeContinued();
    return undefined;
  };
  const outcomes: string[] = [];
  for (let turn = 0; turn < 8; turn++) outcomes.push(await deliverOne(record, world.parts(handle)));
  expect(outcomes).toEqual([...Array(7).fill('again'), 'settled']);
  expect(world.done).toEqual(Array(7).fill('at once'));
  expect(world.lines.filter((line) => /EventFailed|"ERROR"/.test(line))).toEqual([]);
});
