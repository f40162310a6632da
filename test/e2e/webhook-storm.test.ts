import { afterAll, beforeAll, expect, it } from 'vitest';
import { minute } from '../sandbox/box/clock.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { StageAssembly } from './stage-with.ts';
import { openStamps, stageOfStamps, storm } from './webhooks/storm.ts';

let stage: StageAssembly;
beforeAll(async () => {
  stage = await stageOfStamps();
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose]());

/** Each place at which a handler can die: a call that never comes back, before or after what comes before it was applied. */
const places: Readonly<Record<string, (sandbox: Sandbox) => void>> = {
  'before it is written down that it began': ({ aws }) => aws.faults.once({ action: 'dynamodb:UpdateItem' }, { kind: 'hang' }),
  'before it reads the item': ({ box }) => box.faults.once({ method: 'GET', path: /\/files\/\d+$/ }, { kind: 'hang' }),
  'before the effect that converges': ({ box }) => box.faults.once({ method: 'PUT', path: /\/files\/\d+$/ }, { kind: 'hang' }),
  'after it': ({ box }) => box.faults.once({ method: 'GET', path: /\/comments$/ }, { kind: 'hang' }),
  'before the effect that people see': ({ box }) => box.faults.once({ method: 'POST', path: '/2.0/comments' }, { kind: 'hang' }),
  'after it, before it is written down that it ended': ({ aws }) =>
    aws.faults.once({ action: 'dynamodb:UpdateItem', nth: 2 }, { kind: 'hang' }),
  'after a failure, before the message is hidden': ({ aws, box }) => {
    box.faults.once({ method: 'PUT', path: /\/files\/\d+$/ }, { kind: 'status', status: 409 });
    aws.faults.once({ action: 'sqs:ChangeMessageVisibility' }, { kind: 'hang' });
  },
};

it('a handler that dies at any place loses nothing, and does nothing twice that people see', { timeout: 180_000 }, async () => {
  await using stamps = await openStamps(stage.folder);
  const { sandbox, inbox, handler, pass } = stamps;
  await inbox.upload('first');
  await pass(0);
  let deaths = 0;
  for (const [place, set] of Object.entries(places)) {
    const file = await inbox.upload(place);
    set(sandbox);
    const before = stuck(sandbox);
    const killings: Promise<number>[] = [];
    const killing = setInterval(() => {
      // Also a call that is only slow: one more death does no harm.
      if (stuck(sandbox) > before) killings.push(sandbox.aws.kill(handler));
    }, 300);
    // On a busy machine Box may have given up a first delivery, and comes again.
    for (let nth = 0; nth < 3 && stuck(sandbox) === before; nth++) await pass(nth * 5 * minute);
    clearInterval(killing);
    // One that comes late must not meet the next place.
    for (const killed of await Promise.all(killings)) deaths += killed;
    expect(stuck(sandbox)).toBeGreaterThan(before);
    for (let nth = 0; nth < 3 && (await inbox.comments(file)) === 0; nth++) await pass(5 * minute);
    expect([place, await inbox.description(file), await inbox.comments(file)]).toEqual([place, `seen ${file}`, 1]);
  }
  expect(deaths).toBeGreaterThanOrEqual(Object.keys(places).length);
});

it('a storm of copies, deaths, delays and lost answers ends with each event handled', { timeout: 180_000 }, async () => {
  const { happened, ...wrong } = await storm(stage.folder);
  console.log('The storm:', JSON.stringify(happened));
  expect(wrong).toEqual({ lost: [], twice: [] });
  expect(happened.deaths).toBeGreaterThanOrEqual(4);
  expect(happened.copies).toBeGreaterThanOrEqual(8);
  // Every third of thirty answers at least.
  expect(happened.redelivered).toBeGreaterThanOrEqual(10);
  expect(happened.troubles).toBeGreaterThanOrEqual(10);
  expect(happened.slow).toBeGreaterThanOrEqual(1);
  expect(happened.overtaken).toBeGreaterThanOrEqual(3);
});

it('an upload that is told of twice, by the webhook and by the history, has one marker', async () => {
  await using stamps = await openStamps(stage.folder);
  const { sandbox, inbox, handler, pass } = stamps;
  const { box, aws } = sandbox;
  const round = () => sandbox.run('webhooks', new Date(aws.now()));
  await round();
  const file = await inbox.upload('told twice');
  await pass(5 * minute);
  for (const webhook of box.webhooks.all) box.webhooks.remove(webhook);
  expect(await round()).toMatchObject({ payload: { drifted: 1, caughtUp: 1 } });
  await pass(0);
  const events = aws.logs(handler).flatMap((line) => (line.includes('Event handled.') ? (/"event":"([^"]+)"/.exec(line)?.[1] ?? []) : []));
  expect(events).toEqual([expect.not.stringMatching(/^event-/), expect.stringMatching(/^event-/)]);
  expect(await inbox.comments(file)).toBe(1);
});

/** Requests that were let in and not answered. */
function stuck({ aws, box }: Sandbox): number {
  const waiting = box.journal.entries.filter(({ fault }) => fault === 'hang').length;
  const actions = ['dynamodb:UpdateItem', 'sqs:ChangeMessageVisibility'];
  return waiting + actions.flatMap((action) => aws.journal.calls({ action, status: 0 })).length;
}
