import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discover, discoverWebhooks } from '../../infra/discover.ts';
import { root } from './stacks.ts';
import { temporaryFolder } from './temporary.ts';

const job = (more = '') => `
import { managedUser, rate, scheduledJob, serviceAccount } from 'nightporter';
export default scheduledJob({ impact: 'None.', schedule: rate(1, 'hour'), runAs: serviceAccount(), run: async () => undefined, ${more} });`;

const hook = (more = '') => `
import { folder, serviceAccount, webhook } from 'nightporter';
export default webhook({ impact: 'None.', triggers: ['FILE.UPLOADED'], target: folder('1'), runAs: serviceAccount(), handle: async () => undefined, ${more} });`;

const eachUser = (more: string) => `
import { eachManagedUser, rate, scheduledJob } from 'nightporter';
export default scheduledJob({ impact: 'None.', schedule: rate(1, 'hour'), runAs: eachManagedUser({ ${more} }), run: async function* () {} });`;

const changing = (more: string) => `
import { rate, scheduledJob, serviceAccount } from 'nightporter';
const actions = { remove: { effect: 'converging', label: 'Remove it' } };
export default scheduledJob({ impact: 'None.', schedule: rate(1, 'hour'), runAs: serviceAccount(), actions, plan: async function* () {}, apply: async () => ({}), ${more} });`;

/** A repository that holds these job files and resolves `nightporter` to this one. */
function repository(files: Readonly<Record<string, string>>): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(root, join(folder, 'node_modules/nightporter'), 'dir');
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

describe('adding a file adds a job', () => {
  it('in the repository itself', async () => {
    const names = (await discover(root)).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['storage-report', 'grant-check', 'missing-runs']));
  });

  it('by its file name, from both folders, in a fixed order', async () => {
    const folder = repository({
      'functions/system/a-check.ts': job(),
      'functions/scheduled/b.ts': job(),
      'functions/scheduled/a.ts': job(),
    });
    expect((await discover(folder)).map(({ name }) => name)).toEqual(['a', 'b', 'a-check']);
  });

  it('and without any there is none', async () => {
    expect(await discover(repository({}))).toEqual([]);
  });
});

describe('adding a file adds a webhook', () => {
  it('by its file name, beside the jobs', async () => {
    const folder = repository({ 'functions/webhooks/b.ts': hook(), 'functions/scheduled/a.ts': job() });
    expect((await discoverWebhooks(folder)).map(({ name }) => name)).toEqual(['b']);
    expect((await discover(folder)).map(({ name }) => name)).toEqual(['a']);
  });

  it('but not by the name of a job', async () => {
    const folder = repository({ 'functions/webhooks/a.ts': hook(), 'functions/scheduled/a.ts': job() });
    const found = discoverWebhooks(folder, await discover(folder));
    await expect(found).rejects.toThrow('Correct functions/webhooks/a.ts: rename it, functions/scheduled/a.ts has the same name.');
  });

  it.each([
    ['a job in the folder of webhooks', job(), 'its default export must be what webhook({ … }) returns'],
    ['an unknown key', hook("schedule: 'daily'"), 'Remove or correct "schedule"'],
    [
      'a trigger that never befalls a file',
      hook("target: { type: 'file', id: '1' }"),
      'Use a folder as the target, or remove "FILE.UPLOADED"',
    ],
    ['what Box sends to every webhook', hook("triggers: ['WEBHOOK.DELETED']"), 'Remove the trigger "WEBHOOK.DELETED"'],
    ['no trigger', hook('triggers: []'), 'A webhook needs triggers'],
    ['every app', hook("app: '*'"), 'Name one Box app'],
    ['an unknown capability', hook("uses: ['reports:read']"), 'Remove or correct "reports:read"'],
    ['an unknown mode', hook("mode: 'try'"), 'Use "report" or "enforce"'],
  ])('and %s is refused by the name of its file', async (_, content, sentence) => {
    const found = discoverWebhooks(repository({ 'functions/webhooks/x.ts': content }));
    await expect(found).rejects.toThrow(`Correct functions/webhooks/x.ts: ${sentence}`);
  });
});

describe('a file that is no job is refused by its name', () => {
  it.each([
    [
      'without a default export',
      { 'functions/scheduled/x.ts': 'export const job = 1;' },
      'Correct functions/scheduled/x.ts: it has no default export',
    ],
    [
      'that exports something else',
      { 'functions/scheduled/x.ts': 'export default { run() {} };' },
      'Correct functions/scheduled/x.ts: its default export must be what scheduledJob',
    ],
    [
      'with an unknown capability',
      { 'functions/scheduled/x.ts': job("uses: ['reports:read' as never]") },
      'Correct functions/scheduled/x.ts: Remove or correct "reports:read": the capabilities are',
    ],
    [
      'with an unknown key',
      { 'functions/scheduled/x.ts': job('retries: 3') },
      'Correct functions/scheduled/x.ts: Remove or correct "retries"',
    ],
    [
      'with a misspelt option of eachManagedUser',
      { 'functions/scheduled/x.ts': eachUser('tolerence: {}') },
      'Correct functions/scheduled/x.ts: Remove or correct "tolerence": eachManagedUser has no such key.',
    ],
    [
      'with a misspelt key further down',
      { 'functions/scheduled/x.ts': eachUser('tolerate: { user: 3 }') },
      'Correct functions/scheduled/x.ts: runAs.tolerate: Unrecognized key: "user".',
    ],
    [
      'with a number that can not be',
      { 'functions/scheduled/x.ts': eachUser('concurrency: { shards: 0 }') },
      'Correct functions/scheduled/x.ts: runAs.concurrency.shards: use 1 to 100.',
    ],
    [
      'with a login where an id belongs',
      { 'functions/scheduled/x.ts': eachUser("where: { users: ['11000001', 'ann@example.com'] }") },
      'Correct functions/scheduled/x.ts: runAs: name users and groups by their Box ids, which are digits.',
    ],
    [
      'with a user id that would end a header',
      { 'functions/scheduled/x.ts': job("runAs: managedUser('11000001\\r\\nas-user: 1', 'as-user')") },
      'Correct functions/scheduled/x.ts: runAs: name users and groups by their Box ids, which are digits.',
    ],
    [
      'with a misspelt limit',
      { 'functions/scheduled/x.ts': changing('limits: { action: 1 }') },
      'Correct functions/scheduled/x.ts: limits: Unrecognized key: "action".',
    ],
    [
      'with a limit that can not be',
      { 'functions/scheduled/x.ts': changing('limits: { share: 5 }') },
      'Correct functions/scheduled/x.ts: limits.share: use 0 to 1.',
    ],
    [
      'that throws',
      { 'functions/scheduled/x.ts': "throw new Error('no network here');" },
      'Correct functions/scheduled/x.ts: no network here.',
    ],
    [
      'with a name that no construct can have',
      { 'functions/scheduled/My_Job.ts': job() },
      'Correct functions/scheduled/My_Job.ts: rename it',
    ],
    [
      'with the name of one of ours',
      { 'functions/scheduled/x.ts': job(), 'functions/system/x.ts': job() },
      'Correct functions/scheduled/x.ts: rename it, functions/system/x.ts has the same name.',
    ],
  ])('%s', async (_, files, sentence) => {
    const found = discover(repository(files));
    await expect(found).rejects.toThrow(sentence);
    await expect(found).rejects.toMatchObject({ code: 'DECLARATION_INVALID' });
  });
});
