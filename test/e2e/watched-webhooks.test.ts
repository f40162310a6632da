import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Clock, day, minute } from '../sandbox/box/clock.ts';
import { call, mint, upload } from '../sandbox/box/http/box-http.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { alarmedMetrics, emittedMetrics } from './alarmed.ts';
import { everywhere, expectNeeded, type Reason } from './granted.ts';
import { knock } from './knock.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const person = '11000001';
const jobs = ['webhooks', 'missing-runs'];

/** Grants that the days below do not need. */
const reasons: readonly Reason[] = [
  ...everywhere,
  {
    role: /guardcollaboration|guardsharedlink/,
    action: /^s3:GetObject$/,
    because: 'only an attempt that follows one which was cut off needs it; test/e2e/webhook-guards.test.ts has some',
  },
  {
    role: /archiveupload|guardcollaboration|guardsharedlink/,
    action: /^(s3:AbortMultipartUpload|s3:ListMultipartUploadParts|kms:Decrypt)$/,
    because:
      'only a content or a report of several parts needs them, and these are small; test/e2e/webhook-handlers.test.ts has a large one',
  },
];

let stage: StageAssembly;
let sandbox: Sandbox;
const clock = new Clock();

/** One of everything that the stage's webhooks hear of. */
async function everything({ box }: Sandbox, folders: readonly string[]): Promise<void> {
  const token = await mint(box, person);
  const files: string[] = [];
  for (const folder of folders) {
    const { file } = await upload(box, token, { name: `${folder} ${clock.now()}`, folder, content: 'content' });
    files.push(String(file.id));
  }
  await call(box, token, 'PUT', `/2.0/files/${files[1]}?fields=shared_link`, { shared_link: { access: 'open' } });
  const accessible_by = { type: 'user', login: 'stranger@elsewhere.example' };
  const items = [
    { type: 'file', id: files[2] },
    { type: 'folder', id: folders[2] },
  ];
  for (const item of items) await call(box, token, 'POST', '/2.0/collaborations', { item, accessible_by, role: 'viewer' });
}

async function pass({ box, aws }: Sandbox, milliseconds = 0): Promise<void> {
  clock.advance(milliseconds);
  await box.webhooks.deliverDue(1);
  await aws.events.drain();
}

async function makeFolders({ box }: Sandbox): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const name of ['Archive', 'Links', 'Collaborations']) {
    const token = await mint(box);
    const { body } = await call(box, token, 'POST', '/2.0/folders', { name, parent: { id: '0' } });
    const invited = { item: { type: 'folder', id: body.id }, accessible_by: { type: 'user', id: person }, role: 'co-owner' };
    await call(box, token, 'POST', '/2.0/collaborations', invited);
    ids.push(String(body.id));
  }
  return ids;
}

beforeAll(async () => {
  stage = await stageWith({}, [], 'sandbox-webhooks');
  const { now } = clock;
  sandbox = await openSandbox({ assembly: stage.folder, box: { users: 5, now }, aws: { now } });
  const { box, aws } = sandbox;
  const runAll = async () => {
    for (const job of jobs) await sandbox.run(job, new Date(now()));
  };
  const folders = await makeFolders(sandbox);
  await runAll();
  await sandbox.putSecret('no credentials');
  clock.advance(day);
  await runAll();
  await sandbox.putSecret();
  clock.advance(day);
  await runAll();
  // Before the signing keys are there, after that, and with Box in trouble until the handlers give up.
  await everything(sandbox, folders);
  await pass(sandbox);
  await sandbox.putSigningKeys();
  await pass(sandbox, minute);
  // Signed with keys that nobody has told us of.
  const { keys } = box.webhooks.queue;
  box.webhooks.queue.setKeys({ primary: 'reset in the console', secondary: 'and so is this one' });
  await everything(sandbox, folders);
  await pass(sandbox, minute);
  box.webhooks.queue.setKeys(keys);
  // Box has had enough calls of the service account, which those who are refused tell the others.
  const busy = { kind: 'status', status: 429, headers: { 'retry-after': '60' } } as const;
  box.faults.always({ path: /^\/2\.0\/(files|folders|collaborations)/, method: 'GET' }, busy);
  await everything(sandbox, folders);
  await pass(sandbox, minute);
  box.faults.clear();
  await pass(sandbox, 2 * minute);
  // Handlers wait no real time between their tries.
  const down = { kind: 'status', status: 503, headers: { 'retry-after': '0' } } as const;
  box.faults.always({ path: /^\/2\.0\/(files|folders|collaborations)/, method: 'GET' }, down);
  await everything(sandbox, folders);
  for (let passes = 0; passes < 12; passes++) await pass(sandbox, 30 * minute);
  box.faults.clear();
  // Whoever made the webhooks can't act, and Box removes them.
  const owner = box.webhooks.all[0]?.createdBy ?? '';
  box.enterprise.change(owner, { status: 'inactive' });
  await everything(sandbox, folders);
  await pass(sandbox, minute);
  box.enterprise.change(owner, { status: 'active' });
  box.webhooks.sessionsEnded(owner);
  await pass(sandbox, minute);
  // Nothing runs for nine days: the next look finds every schedule's run missing.
  clock.advance(9 * day);
  await sandbox.run('missing-runs', new Date(now()));
  await sandbox.run('webhooks', new Date(now()));
  for (const job of jobs) await aws.fire(sandbox.scheduleName(job), { failDeliveries: 3 });
  for (const job of jobs) await knock(sandbox, 'Operations', { operation: 'run', job, id: 'morning' });
  for (const operation of ['pause', 'resume']) await knock(sandbox, 'Operations', { operation, reason: 'Morning' });
  await knock(sandbox, 'Operations', { operation: 'redrive', job: 'webhooks', due: 'manual#never' });
  aws.faults.always({ service: 'dynamodb' }, { kind: 'error' });
  await runAll();
  aws.faults.clear();
  box.app.resetSecret('the-new-secret');
  box.tokens.revokeAll();
  await sandbox.run('webhooks', new Date(now()));
  await aws.events.drain();
}, 300_000);
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await stage[Symbol.asyncDispose]();
});

describe('in days of the stage "sandbox-webhooks"', () => {
  it('every alarm watches a metric that is really emitted, with those very dimensions', async () => {
    const alarmed = await alarmedMetrics(stage.folder, sandbox);
    expect(alarmed.length).toBeGreaterThanOrEqual(40);
    const emitted = emittedMetrics(sandbox);
    expect(alarmed.filter((metric) => !emitted.has(metric))).toEqual([]);
  });

  it('every function needs all that its role is granted', () => expectNeeded(sandbox, reasons));
});
