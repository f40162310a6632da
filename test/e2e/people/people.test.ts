import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type Browser, installBrowser } from '../browser.ts';
import { expectNeeded, type Reason } from '../granted.ts';
import { knock } from '../knock.ts';
import { changesIn, job, openCompany as openBox, openLinks, waitingPlan } from '../plans/changes.ts';
import { type StageAssembly, stageWith } from '../stage-with.ts';
import { type AnsweredFolder, answeredFolder } from '../webhooks/answered-folder.ts';
import { givenUp } from '../webhooks/given-up.ts';
import { commandsByOwner } from './commands.ts';
import { type Company, type CompanyRole, openCompany, rolesOfOnePolicy } from './company.ts';

const webhook = 'describe-uploads';
const fixture = join(import.meta.dirname, `../webhooks/${webhook}.ts`);
const why = ['--reason', 'Agreed'];
const credentials = '{"boxAppSettings":{"clientID":"new","clientSecret":"new"},"enterpriseID":"1"}';

/** Grants that are for what happens in no night here. */
const reasons: readonly Reason[] = [
  {
    role: /Approver/,
    action: /^s3:GetObject$/,
    because: 'only the page of a plan that has waited since before its version was written down is read without a version',
  },
];

/** What is theirs behind a URL. */
const doors: Readonly<Partial<Record<CompanyRole, string>>> = { Operator: 'Operations', Approver: 'Approvals' };

/** One sentence that says what to do. */
const refusals = /^1 ([\s\S]*\n)?.*\b(Let|Get) (your|the) [^\n]+\.\n/;

let folder: string;
let browser: Browser;
let stage: StageAssembly;
let sandbox: Sandbox;
let company: Company;
let inbox: AnsweredFolder;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nightporter-people-'));
  browser = await installBrowser(folder);
  const changing = { mode: 'approve', params: { rules: [{ do: 'restrict' }] }, limits: { actions: 500, share: 1 } };
  const settings = { jobs: { 'storage-report': true, [job]: changing }, settings: { inbox: '1' }, webhooks: { [webhook]: true } };
  stage = await stageWith({ ...settings, sharedTokens: true }, [fixture]);
  sandbox = await openBox(stage);
  company = await openCompany(sandbox);
  inbox = await answeredFolder(sandbox);
}, 120_000);
afterAll(async () => {
  await sandbox?.[Symbol.asyncDispose]();
  await stage?.[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Somebody at a command line. */
interface Typist {
  /** @returns standard output of a command that was not refused */
  type(command: string, ...args: readonly string[]): Promise<string>;
  /** All that the README says is theirs was typed, and AWS refused nothing on the way, not even what a command can do without. */
  expectAllTyped(): Promise<void>;
}

async function typist(role: CompanyRole, name: string): Promise<Typist> {
  const { cli } = await company.signIn(role, name);
  const typed = new Set<string>();
  const refused = () => sandbox.aws.journal.calls({ principal: company.roleArn(role), allowed: false });
  const before = refused().length;
  return {
    async type(command, ...args) {
      const { stdout, stderr } = await cli([...command.split(' '), ...args]);
      expect(stderr, command).toBe('');
      typed.add(command);
      return stdout;
    },
    async expectAllTyped() {
      expect([...typed].toSorted()).toEqual((await commandsByOwner()).get(role)?.toSorted());
      expect(refused().slice(before)).toEqual([]);
    },
  };
}

/** @returns the id of an event that lies in the dead-letter queue of the webhook */
async function letter(): Promise<string> {
  await inbox.upload(`file ${Math.random()}`);
  const [event = ''] = await givenUp(sandbox, 'DescribeUploads');
  return event;
}

/** The first digits of the plan that waits, as somebody types them. */
const waitingHash = async () => (await waitingPlan(sandbox)).sha256.slice(0, 12);

/** What would show that somebody has done something: who was let into a function's URL, and what stands in Box. */
const traces = () => ({
  entered: sandbox.aws.journal.calls({ action: 'lambda:InvokeFunctionUrl', allowed: true }).length,
  changes: changesIn(sandbox),
  secrets: sandbox.aws.journal.calls({ action: 'secretsmanager:PutSecretValue', allowed: true }).length,
});

describe('who has policies of the stage, and nothing else', { timeout: 120_000 }, () => {
  it('as an operator can do all that the README says an operator can', async () => {
    const { type, expectAllTyped } = await typist('Operator', 'otto');
    const event = await letter();
    expect(await type('run', 'storage-report', '--id', 'nightly')).toContain('Started storage-report as nightly.');
    expect(await type('runs follow', 'storage-report', 'nightly')).toContain('done (users ');
    expect(await type('status')).toMatch(/storage-report +done/);
    expect(await type('runs list')).toMatch(/storage-report +manual#nightly +done/);
    expect(await type('runs show', 'storage-report', 'nightly')).toMatch(/started by arn:.*\/otto/);
    expect(await type('token peek')).toMatch(/storage-report +default +enterprise[\s\S]*Shared tier[\s\S]*default +enterprise/);
    await type('pause', ...why);
    expect(await type('status')).toContain('Paused since');
    await type('resume', ...why);

    expect(await type('deliveries list')).toContain(event);
    expect(await type('deliveries show', webhook, event)).toContain('In the dead-letter queue');
    expect(await type('deliveries redrive', webhook)).toContain('1 event on the way');
    // The queue's messages are moved one by one.
    await vi.waitFor(
      async () => {
        await sandbox.aws.events.drain();
        expect(await type('deliveries show', webhook, event)).toContain(': done');
      },
      { timeout: 20_000 },
    );

    await type('run', job, '--id', 'first');
    await waitingHash();
    expect(await type('runs show', job)).toContain('its plan waits for a decision');
    expect(await type('stop', job, 'first', ...why)).toContain('ends before its next step');
    expect(await type('runs follow', job, 'first')).toContain('stopped');
    expect(await type('redrive', job, 'first')).toContain('Started');
    await waitingHash();
    await expectAllTyped();
  });

  it.each(['Reader', 'Operator', 'Approver'] as const)(
    'as no more than %s is refused everything else, and told what to do',
    async (role) => {
      const given = await letter();
      const { cli, environment } = await company.signIn(role, 'rob');
      const plan = [job, '--plan', await waitingHash(), ...why];
      const words: Readonly<Record<string, readonly string[]>> = {
        'deliveries show': [webhook, given],
        'deliveries redrive': [webhook],
        'deliveries replay': [webhook, given],
        'report open': ['storage-report', '--print'],
        run: ['storage-report'],
        redrive: [job],
        'runs show': [job],
        'runs follow': [job],
        approve: plan,
        reject: plan,
        stop: [job, ...why],
        pause: why,
        resume: why,
      };
      const others = [...(await commandsByOwner())].flatMap(([owner, commands]) => (owner === role ? [] : commands));
      const before = traces();
      for (const command of others) {
        // It writes into a file of the clone, and needs nothing of the stage.
        if (command === 'secret admit') continue;
        const { exitCode, stdout, stderr } = await cli([...command.split(' '), ...(words[command] ?? [])], credentials);
        expect(`${exitCode} ${command === 'doctor' ? stdout : stderr}`, command).toMatch(refusals);
      }
      for (const door of ['Operations', 'Approvals'] as const) {
        if (door === doors[role]) continue;
        const accessKey = environment.AWS_ACCESS_KEY_ID ?? '';
        const { status } = await knock(sandbox, door, { operation: 'pause', reason: 'None of theirs' }, { accessKey });
        expect(status, door).toBe(403);
      }
      expect(traces()).toEqual(before);
    },
  );

  it('as an approver can do all that the README says an approver can, but not to a run that they started', async () => {
    process.env.PATH = browser.PATH;
    const { type, expectAllTyped } = await typist('Approver', 'ada');
    const first = await waitingHash();
    expect(await type('plan show')).toContain(`SHA-256 ${first}`);
    await type('plan show', job, '--open');
    expect(await browser.shown()).toContain('<title>');
    expect(await type('reject', job, '--plan', first, ...why)).toContain('is rejected');

    const { cli } = await company.signIn('OperatorAndApprover', 'grace');
    await cli(['run', job, '--id', 'own']);
    const plan = ['--plan', await waitingHash(), ...why];
    expect(await cli(['approve', job, ...plan])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^APPROVAL_REFUSED: .*whoever started a run can’t approve its plan/),
    });
    expect(openLinks(sandbox)).not.toEqual([]);
    expect(await type('approve', job, ...plan)).toContain('is approved');
    expect((await cli(['runs', 'follow', job, 'own'])).stdout).toContain(': done');
    expect(openLinks(sandbox)).toEqual([]);
    await expectAllTyped();
  });

  it('as a reader can do all that the README says a reader can', async () => {
    const { type, expectAllTyped } = await typist('Reader', 'rae');
    const link = await type('report open', 'storage-report', '--print');
    expect(await (await fetch(link.trim())).text()).toContain('<title>');
    await expectAllTyped();
  });

  it('may do nothing that no command needs', () => {
    expectNeeded(sandbox, reasons, rolesOfOnePolicy);
  });
});
