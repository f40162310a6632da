import { join } from 'node:path';
import { Clock, minute } from '../../sandbox/box/clock.ts';
import type { Fault } from '../../sandbox/box/faults/fault.ts';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from '../stage-with.ts';
import { type AnsweredFolder, answeredFolder } from './answered-folder.ts';
import { lossyDoor } from './lossy-door.ts';

const fixture = join(import.meta.dirname, 'stamp-uploads.ts');
const name = 'stamp-uploads';

export function stageOfStamps(): Promise<StageAssembly> {
  // What the simulator calls the first folder that the service account makes.
  return stageWith({ settings: { inventoryUser: '11000001', inbox: '199990000001' }, webhooks: { [name]: true } }, [fixture]);
}

/** A stage that stamps each upload, and a folder that people upload into. */
export interface Stamps extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly inbox: AnsweredFolder;
  /** Name of its function. */
  readonly handler: string;
  /** Box sends what is due, and the handler gets what is visible. */
  pass(milliseconds: number): Promise<void>;
}

/** @param onCall called for each call to Box */
export async function openStamps(assembly: string, onCall: () => void = () => {}): Promise<Stamps> {
  const clock = new Clock();
  const { now } = clock;
  const sandbox = await openSandbox({ assembly, box: { users: 5, now, onExchange: onCall }, aws: { now } });
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

const troubles: readonly Fault[] = [
  { kind: 'status', status: 500, headers: { 'retry-after': '0' } },
  { kind: 'status', status: 429, headers: { 'retry-after': '90' } },
  { kind: 'resetAfterApply' },
  { kind: 'slow', milliseconds: 60 },
];

const uploads = 30;

export interface StormOutcome {
  /** Files that were never stamped, or not wholly. */
  readonly lost: readonly string[];
  /** Files on which people see the stamp more than once. */
  readonly twice: readonly string[];
  /** How often what went wrong; a storm in which little did proves little. */
  readonly happened: Readonly<Record<'deaths' | 'copies' | 'redelivered' | 'troubles' | 'slow' | 'overtaken', number>>;
}

/** Copies, deaths, delays and lost answers, on both sides, and then peace. */
export async function storm(assembly: string): Promise<StormOutcome> {
  let onCall = () => {};
  await using stamps = await openStamps(assembly, () => onCall());
  const { sandbox, inbox, handler, pass } = stamps;
  const { aws, box } = sandbox;
  // Every third answer does not reach Box, which sends the event again, as another delivery.
  await using door = await lossyDoor(sandbox.webhookAddress(name), (nth) => nth % 3 === 0 && nth < 60);
  const [webhook] = box.webhooks.all;
  if (webhook) box.webhooks.change(webhook, { address: door.url });
  const files: string[] = [];
  for (let nth = 0; nth < uploads; nth++) files.push(await inbox.upload(`file ${nth}`));
  aws.faults.always({ action: 'sqs:SendMessage', nth: 3 }, { kind: 'answerLost' });
  aws.faults.always({ action: 'dynamodb:UpdateItem', nth: 9 }, { kind: 'answerLost' });
  aws.faults.always({ action: 'dynamodb:UpdateItem', nth: 13 }, { kind: 'error', status: 500 });
  aws.faults.always({ action: 'sqs:DeleteMessage', nth: 4 }, { kind: 'error', status: 500 });
  box.faults.random({ seed: 7, share: 0.2, faults: troubles, match: { path: /files|comments/ } });
  let deaths = 0;
  let calls = 0;
  const killings: Promise<void>[] = [];
  onCall = () => {
    if (++calls % 40 !== 0) return;
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
  const faults = box.journal.entries.flatMap(({ fault }) => fault ?? []);
  const happened = {
    deaths,
    copies: aws.journal.calls({ action: 'sqs:SendMessage', status: 200 }).length - files.length,
    redelivered: door.lost(),
    troubles: faults.length,
    slow: faults.filter((fault) => fault === 'slow').length,
    overtaken: overtaken(sandbox, files),
  };
  return { lost, twice, happened };
}

/** Files that were described after one that was uploaded later. */
function overtaken({ box }: Sandbox, files: readonly string[]): number {
  const described = box.journal.entries
    .filter(({ method, status }) => method === 'PUT' && status === 200)
    .map(({ path }) => path.split('/').at(-1));
  const order = files.map((file) => described.indexOf(file));
  return order.filter((at, index) => order.slice(index + 1).some((later) => later >= 0 && later < at)).length;
}
