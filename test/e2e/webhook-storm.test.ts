import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Clock, minute } from '../sandbox/box/clock.ts';
import type { Exchange } from '../sandbox/box/exchange.ts';
import type { Fault } from '../sandbox/box/fault.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';
import { type AnsweredFolder, answeredFolder } from './webhooks/answered-folder.ts';

const fixture = join(import.meta.dirname, 'webhooks/stamp-uploads.ts');
const name = 'stamp-uploads';
let stage: StageAssembly;

beforeAll(async () => {
  stage = await stageWith({ settings: { inventoryUser: '11000001', inbox: '1' }, webhooks: { [name]: true } }, [fixture]);
}, 120_000);
afterAll(() => stage[Symbol.asyncDispose]());

interface Storm extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly inbox: AnsweredFolder;
  readonly handler: string;
  /** Box sends what is due, and the handler gets what is visible. */
  pass(milliseconds: number): Promise<void>;
}

async function open(onExchange?: (exchange: Exchange) => void): Promise<Storm> {
  const clock = new Clock();
  const { now } = clock;
  const sandbox = await openSandbox({ assembly: stage.folder, box: { users: 5, now, ...(onExchange && { onExchange }) }, aws: { now } });
  await sandbox.putSecret();
  await sandbox.putSigningKeys();
  return {
    sandbox,
    inbox: await answeredFolder(sandbox, name),
    handler: sandbox.aws.outputs('Nightporter-sandbox-Webhooks').StampUploadsHandler ?? '',
    async pass(milliseconds) {
      clock.advance(milliseconds);
      await sandbox.box.webhooks.deliverDue();
      await sandbox.aws.events.drain();
    },
    [Symbol.asyncDispose]: () => sandbox[Symbol.asyncDispose](),
  };
}

/** Each place at which a handler can die: a call that never comes back, before or after what comes before it was applied. */
const places: Readonly<Record<string, (sandbox: Sandbox) => void>> = {
  'before it is written down that it began': ({ aws }) => aws.faults.once({ action: 'dynamodb:UpdateItem' }, { kind: 'hang' }),
  'before it reads the item': ({ box }) => box.faults.once({ method: 'GET', path: /\/files\/\d+$/ }, { kind: 'hang' }),
  'before the effect that converges': ({ box }) => box.faults.once({ method: 'PUT', path: /\/files\/\d+$/ }, { kind: 'hang' }),
  'after it': ({ box }) => box.faults.once({ method: 'GET', path: /\/comments$/ }, { kind: 'hang' }),
  'before the effect that people see': ({ box }) => box.faults.once({ method: 'POST', path: '/2.0/comments' }, { kind: 'hang' }),
  'after it, before it is written down that it ended': ({ aws }) =>
    aws.faults.once({ action: 'dynamodb:UpdateItem', nth: 2 }, { kind: 'hang' }),
};

it('a handler that dies at any place loses nothing, and does nothing twice that people see', { timeout: 180_000 }, async () => {
  await using storm = await open();
  const { sandbox, inbox, handler, pass } = storm;
  await inbox.upload('first');
  await pass(0);
  let deaths = 0;
  for (const [place, set] of Object.entries(places)) {
    const file = await inbox.upload(place);
    set(sandbox);
    const before = stuck(sandbox);
    const killing = setInterval(async () => {
      // Also a call that is only slow: one more death does no harm.
      if (stuck(sandbox) > before) deaths += await sandbox.aws.kill(handler);
    }, 300);
    await pass(0);
    clearInterval(killing);
    expect(stuck(sandbox)).toBeGreaterThan(before);
    for (let nth = 0; nth < 3 && (await inbox.comments(file)) === 0; nth++) await pass(5 * minute);
    expect([place, await inbox.description(file), await inbox.comments(file)]).toEqual([place, `seen ${file}`, 1]);
  }
  expect(deaths).toBeGreaterThanOrEqual(Object.keys(places).length);
});

const troubles: readonly Fault[] = [
  { kind: 'status', status: 500, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 429, headers: { 'retry-after': '90' } },
  { kind: 'resetAfterApply' },
  { kind: 'slow', milliseconds: 60 },
];

it('a storm of copies, deaths, delays and lost answers ends with each event handled', { timeout: 180_000 }, async () => {
  let onCall = () => {};
  await using storm = await open(() => onCall());
  const { sandbox, inbox, handler, pass } = storm;
  const { aws, box } = sandbox;
  const files: string[] = [];
  for (let nth = 0; nth < 30; nth++) files.push(await inbox.upload(`file ${nth}`));
  aws.faults.always({ action: 'sqs:SendMessage', nth: 3 }, { kind: 'answerLost' });
  aws.faults.always({ action: 'dynamodb:UpdateItem', nth: 9 }, { kind: 'answerLost' });
  aws.faults.always({ action: 'dynamodb:UpdateItem', nth: 13 }, { kind: 'error', status: 500 });
  aws.faults.always({ action: 'sqs:DeleteMessage', nth: 4 }, { kind: 'error', status: 500 });
  box.faults.random({ seed: 7, share: 0.2, faults: troubles, match: { path: /files|comments/ } });
  let deaths = 0;
  let calls = 0;
  const killings: Promise<void>[] = [];
  onCall = () => {
    if (++calls % 12 !== 0) return;
    const killing = aws.kill(handler).then((killed) => {
      deaths += killed;
    });
    killings.push(killing);
  };
  for (let round = 0; round < 8; round++) await pass(5 * minute);
  onCall = () => {};
  await Promise.all(killings);
  box.faults.clear();
  aws.faults.clear();
  for (let round = 0; round < 6; round++) await pass(15 * minute);

  const lost: string[] = [];
  const twice: string[] = [];
  for (const file of files) {
    const comments = await inbox.comments(file);
    if ((await inbox.description(file)) !== `seen ${file}` || comments === 0) lost.push(file);
    if (comments > 1) twice.push(file);
  }
  const happened = {
    deaths,
    copies: aws.journal.calls({ action: 'sqs:SendMessage', status: 200 }).length - files.length,
    troubles: box.journal.entries.filter(({ fault }) => fault !== undefined).length,
    slow: box.journal.entries.filter(({ fault }) => fault === 'slow').length,
    overtaken: overtaken(sandbox, files),
  };
  console.log('The storm:', JSON.stringify(happened));
  expect({ lost, twice }).toEqual({ lost: [], twice: [] });
  expect(happened.deaths).toBeGreaterThanOrEqual(4);
  expect(happened.copies).toBeGreaterThanOrEqual(8);
  expect(happened.troubles).toBeGreaterThanOrEqual(10);
  expect(happened.slow).toBeGreaterThanOrEqual(1);
  expect(happened.overtaken).toBeGreaterThanOrEqual(3);
});

/** Requests that were let in and not answered. */
function stuck({ aws, box }: Sandbox): number {
  const waiting = box.journal.entries.filter(({ fault }) => fault === 'hang').length;
  return waiting + aws.journal.calls({ action: 'dynamodb:UpdateItem', status: 0 }).length;
}

/** Files that were described after one that was uploaded later. */
function overtaken({ box }: Sandbox, files: readonly string[]): number {
  const described = box.journal.entries
    .filter(({ method, status }) => method === 'PUT' && status === 200)
    .map(({ path }) => path.split('/').at(-1));
  const order = files.map((file) => described.indexOf(file));
  return order.filter((at, index) => order.slice(index + 1).some((later) => later >= 0 && later < at)).length;
}
