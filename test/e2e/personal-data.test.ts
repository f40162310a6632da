import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Attempt } from '../sandbox/aws/index.ts';
import { minute } from '../sandbox/box/clock.ts';
import { call, mint, upload } from '../sandbox/box/http/box-http.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { histories, messages, records } from './kept.ts';
import { knock } from './knock.ts';
import { waitingPlan } from './plans/changes.ts';
import { openRounds } from './rounds/rounds.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const job = 'external-collaborators';
const webhook = 'describe-uploads';
const person = '11000002';
/** What Box's own refusals say of whom they are about. */
const refused = { kind: 'status', status: 400, body: { message: 'ann.canary@example.com may not do that' } } as const;

let stage: StageAssembly;
let sandbox: Sandbox;
const lines: string[] = [];
const ends: Attempt[] = [];

beforeAll(async () => {
  stage = await stageWith(
    {
      settings: { inbox: '1' },
      jobs: { [job]: { mode: 'approve', limits: { actions: 500, share: 1 }, params: { rules: [{ do: 'remove' }] } } },
      webhooks: { [webhook]: true },
    },
    [join(import.meta.dirname, `webhooks/${webhook}.ts`)],
  );
  const box = { users: 40, contentFolders: 60, seed: 3 };
  sandbox = await openRounds(stage.folder, box, { onLog: ({ text }) => lines.push(text) });
  await sandbox.putSigningKeys();
  await aRunThatFails();
  await aRunThatIsApproved();
  await anEventThatIsGivenUp();
}, 120_000);
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
});

async function aRunThatFails(): Promise<void> {
  sandbox.box.faults.always({ path: /^\/2\.0\/folders\/\d+\/items/ }, refused);
  ends.push(await sandbox.run(job, new Date(sandbox.aws.now())));
  sandbox.box.faults.clear();
}

async function aRunThatIsApproved(): Promise<void> {
  const ended = sandbox.run(job, new Date(sandbox.aws.now() + 7 * 86_400_000));
  const { run, sha256, versionId } = await waitingPlan(sandbox, job);
  sandbox.box.faults.once({ method: 'DELETE', path: /^\/2\.0\/collaborations\// }, refused);
  await knock(sandbox, 'Approvals', { verdict: 'approved', job, run, sha256, versionId, reason: 'Agreed' });
  ends.push(await ended);
}

/** By a person, in a folder that the handler can't see. */
async function anEventThatIsGivenUp(): Promise<void> {
  const { aws, box } = sandbox;
  const token = await mint(box, person);
  const { body } = await call(box, token, 'POST', '/2.0/folders', { name: 'Inbox', parent: { id: '0' } });
  const target = { type: 'folder', id: String(body.id) } as const;
  box.webhooks.add({ target, triggers: ['FILE.UPLOADED'], address: sandbox.webhookAddress(webhook), createdBy: person });
  await upload(box, token, { name: 'notes', folder: target.id, content: 'notes' });
  box.faults.always({ path: /^\/2\.0\/files\// }, refused);
  for (let nth = 0; nth < 12; nth++) {
    await box.webhooks.deliverDue(1);
    await aws.events.drain();
    await aws.advance(30 * minute);
  }
  box.faults.clear();
}

/** Any login, of colleagues and outsiders, and the names of all users that are no word of ours. */
function personalIn(text: string): readonly string[] {
  const { enterprise } = sandbox.box;
  const names = Array.from({ length: enterprise.users }, (_, nth) => enterprise.listed(nth).name).filter((name) =>
    /^\p{L}+ \p{L}+$/u.test(name),
  );
  expect(names.length).toBeGreaterThan(10);
  return [...(text.match(/[\w.+-]+@[\w-]+\.example|[\w.+-]+@example\.com/g) ?? []), ...names.filter((name) => text.includes(name))];
}

describe('who the Box users and their contacts are stands', () => {
  it('in reports, plans and rosters', async () => {
    expect(ends).toMatchObject([
      { outcome: 'error', payload: { errorType: 'PLAN_INCOMPLETE' } },
      { outcome: 'error', payload: { errorType: 'ACTIONS_FAILED' } },
    ]);
    for (const prefix of ['reports/', 'plans/', 'rosters/']) {
      const texts = await Promise.all(
        (await sandbox.reportKeys(prefix)).map(async (key) => Buffer.from(await sandbox.readReport(key)).toString()),
      );
      expect(personalIn(texts.join('\n')).length, prefix).toBeGreaterThan(10);
    }
  });

  it('in no history of a durable execution, however it ended', async () => {
    const kept = await histories(stage.folder, sandbox);
    expect(kept.length).toBeGreaterThanOrEqual(4);
    expect(kept.filter((history) => history.includes('ACTIONS_FAILED'))).toHaveLength(1);
    expect(personalIn(kept.join('\n'))).toEqual([]);
  });

  it('in no record of a run, a decision or an event', async () => {
    const kept = await records(stage.folder, sandbox);
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(personalIn(kept.join('\n'))).toEqual([]);
  });

  it('in no ledger of users, and in no name of an object', async () => {
    const keys = await sandbox.reportKeys();
    expect(personalIn(keys.join('\n'))).toEqual([]);
    const ledgers = keys.filter((key) => /^ledger\/.*\/\d{4}\.\d+\.ndjson$/.test(key));
    expect(ledgers.length).toBeGreaterThanOrEqual(2);
    const texts = await Promise.all(ledgers.map(async (key) => Buffer.from(await sandbox.readReport(key)).toString()));
    expect(personalIn(texts.join('\n'))).toEqual([]);
  });

  it('in no log line, metric, output or answer', () => {
    expect(lines.length).toBeGreaterThan(50);
    expect(personalIn(lines.join('\n'))).toEqual([]);
    expect(personalIn(JSON.stringify(sandbox.aws.metrics()))).toEqual([]);
    expect(personalIn(JSON.stringify(ends))).toEqual([]);
  });

  it('of an event that was given up in its body alone, which Box has signed', async () => {
    const kept = await messages(stage.folder, sandbox);
    expect(kept).toHaveLength(1);
    const [{ Body = '', ...about } = {}] = kept;
    expect(personalIn(Body).length).toBeGreaterThan(0);
    expect(about).toMatchObject({ MessageAttributes: { reason: { StringValue: 'BOX_REQUEST_FAILED' } } });
    expect(personalIn(JSON.stringify(about))).toEqual([]);
  });
});
