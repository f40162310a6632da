import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxReceiveCount } from '../../../infra/constructs/webhook-queue.ts';
import { type Begun, dedupeIn } from '../../../lib/webhook/dedupe.ts';
import { isGivenUp, waitAfter } from '../../../lib/webhook/retry-policy.ts';
import { tokensTable } from '../run/table.ts';

const minute = 60_000;
const event = { webhook: 'archive', eventId: 'eb0c4e06', leaseMs: 5 * minute, isFirstReceipt: false };

/** The table of tokens has the same key. */
async function open() {
  const table = await tokensTable();
  let now = 1_000_000;
  const dedupe = dedupeIn(table.client, table.name, () => now);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { dedupe, pass, [Symbol.asyncDispose]: () => table[Symbol.asyncDispose]() };
}

function begun(beginning: { readonly outcome: string }): Begun {
  expect(beginning.outcome).toBe('begun');
  return beginning as Begun;
}

describe('an event', () => {
  it('is begun by exactly one of twenty copies that arrive at once', async () => {
    await using world = await open();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => world.dedupe.begin(event)));
    expect(outcomes.filter(({ outcome }) => outcome === 'begun')).toHaveLength(1);
  });

  it('is begun by nobody once it is done, and again after a failure, as the next attempt of the same', async () => {
    await using world = await open();
    await begun(await world.dedupe.begin(event)).end('failed', 'BOX_UNREACHABLE');
    world.pass(minute);
    const second = begun(await world.dedupe.begin(event));
    expect(second).toMatchObject({ attempt: 2, firstAt: 1_000_000 });
    await second.end('done');
    expect((await world.dedupe.begin(event)).outcome).not.toBe('begun');
  });

  it('is fenced: who was overtaken can write nothing down', async () => {
    await using world = await open();
    const slow = begun(await world.dedupe.begin(event));
    world.pass(6 * minute);
    const next = begun(await world.dedupe.begin(event));
    await expect(slow.end('done')).rejects.toMatchObject({ code: 'EVENT_NOT_RECORDED' });
    await expect(slow.end('failed', 'X')).rejects.toMatchObject({ code: 'EVENT_NOT_RECORDED' });
    expect((await world.dedupe.begin(event)).outcome).toBe('busy');
    await next.end('done');
  });

  it('that was given up starts anew when somebody sends it again', async () => {
    await using world = await open();
    await begun(await world.dedupe.begin(event)).end('givenUp', 'BOX_REQUEST_FAILED');
    world.pass(24 * 60 * minute);
    expect(begun(await world.dedupe.begin(event))).toMatchObject({ attempt: 2, firstAt: 1_000_000 + 24 * 60 * minute });
  });
});

describe('the hours of an event', () => {
  it('begin anew when the queue hands it over as new, which it does after a redrive', async () => {
    await using world = await open();
    await begun(await world.dedupe.begin(event)).end('failed', 'X');
    world.pass(5 * 60 * minute);
    expect(begun(await world.dedupe.begin({ ...event, isFirstReceipt: true }))).toMatchObject({
      attempt: 2,
      firstAt: 1_000_000 + 300 * minute,
    });
  });

  it('begin anew when an attempt got further, and not when it failed', async () => {
    await using world = await open();
    await begun(await world.dedupe.begin(event)).end('continued', 'TO_BE_CONTINUED');
    world.pass(minute);
    const second = begun(await world.dedupe.begin(event));
    expect(second).toMatchObject({ attempt: 2, firstAt: 1_000_000 + minute, isAfterDeath: false });
    await second.end('failed', 'X');
    world.pass(minute);
    expect(begun(await world.dedupe.begin(event))).toMatchObject({ attempt: 3, firstAt: 1_000_000 + minute, isAfterDeath: false });
  });

  it('know of an attempt that never ended', async () => {
    await using world = await open();
    expect(begun(await world.dedupe.begin(event)).isAfterDeath).toBe(false);
    world.pass(6 * minute);
    expect(begun(await world.dedupe.begin(event)).isAfterDeath).toBe(true);
  });
});

describe('the next attempt', () => {
  it('comes after ever longer waits, of a quarter of an hour at most', () => {
    const waits = Array.from({ length: 12 }, (_, index) => waitAfter(index + 1, new Error('x'), 1));
    expect(waits.slice(0, 4)).toEqual([15_000, 30_000, 60_000, 120_000]);
    expect(Math.max(...waits)).toBe(15 * minute);
    expect(waitAfter(3, new Error('x'), 0)).toBe(30_000);
  });

  it('comes no sooner than Box asked for, however deep the error is wrapped', () => {
    const asked = Object.assign(new Error('429'), { retryAfterMs: 90_000 });
    expect(waitAfter(1, new Error('outer', { cause: asked }), 0)).toBe(90_000);
  });

  it('is not the last one that the queue allows while the hours last, whatever Box asks for', () => {
    let most = 0;
    const answer = fc.record({
      asked: fc.option(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20 * minute })), { nil: undefined }),
      random: fc.double({ min: 0, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.infiniteStream(answer), (answers) => {
        let at = 0;
        let attempt = 0;
        for (const { asked, random } of answers) {
          if (isGivenUp({ attempt: ++attempt, firstAt: 0 }, at)) break;
          at += waitAfter(attempt, asked === undefined ? new Error('x') : Object.assign(new Error('x'), { retryAfterMs: asked }), random);
        }
        most = Math.max(most, attempt);
        expect(attempt).toBeLessThan(maxReceiveCount);
      }),
    );
    const impatient = Object.assign(new Error('503'), { retryAfterMs: 0 });
    let [at, attempts] = [0, 1];
    for (; !isGivenUp({ attempt: attempts, firstAt: 0 }, at); attempts++) at += waitAfter(attempts, impatient, 0);
    console.log('Attempts within the hours:', most, 'drawn,', attempts, 'at the very most');
    expect(attempts).toBeGreaterThan(30);
    expect(attempts).toBeLessThan(maxReceiveCount);
  });

  it('is the last one four hours after the first, but never before the fifth', () => {
    expect(isGivenUp({ attempt: 20, firstAt: 0 }, 239 * minute)).toBe(false);
    expect(isGivenUp({ attempt: 20, firstAt: 0 }, 240 * minute)).toBe(true);
    expect(isGivenUp({ attempt: 4, firstAt: 0 }, 999 * minute)).toBe(false);
  });
});
