import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListSecretVersionIdsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { typed } from '../infra/cli/typed.ts';
import { minute } from '../sandbox/box/clock.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import type { Template } from './altered.ts';
import { knock } from './knock.ts';
import { assemblyOfLastRelease, lastRelease, missing, type ReleasedAssembly } from './last-release.ts';
import { bookOf, changesIn, openLinks, waitingPlan } from './plans/changes.ts';
import { activeUsers, openRounds } from './rounds/rounds.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';
import { archive, openHandlers } from './webhooks/handlers.ts';

const stacks = ['Nightporter-sandbox-Foundation', 'Nightporter-sandbox-Jobs', 'Nightporter-sandbox-Webhooks'] as const;

const limits = { actions: 500, share: 1 };
/** Jobs in steps that are on before and after: one waits for a person meanwhile, one is among its users. */
const inSteps = {
  'open-shared-links': { mode: 'approve', params: { rules: [{ do: 'restrict' }] }, limits },
  'external-collaborators': { limits },
};
const webhooks = { 'archive-upload': true };
const settings = { archiveFolder: archive };

describe.skipIf(missing)(`an upgrade from ${lastRelease}${missing ? ` (skipped: ${missing})` : ''}`, { timeout: 60_000 }, () => {
  let before: ReleasedAssembly;
  let after: StageAssembly;
  beforeAll(async () => {
    before = await assemblyOfLastRelease({ jobs: inSteps, webhooks, settings });
    after = await stageWith({ jobs: { 'grant-check': true, 'storage-report': true, ...inSteps }, webhooks, settings });
  }, 120_000);
  afterAll(async () => {
    await before?.[Symbol.asyncDispose]();
    await after?.[Symbol.asyncDispose]();
  });

  it('keeps every version of the secret, every report and every claim, and lets the run that is under way finish', async () => {
    await using sandbox = await openSandbox({ assembly: before.folder, box: { users: 5 } });
    const { aws, box } = sandbox;
    await sandbox.putSecret('{"boxAppSettings":{"clientID":"old","clientSecret":"old"},"enterpriseID":"1"}');
    await sandbox.putSecret();
    const due = new Date('2026-11-21T02:00:00Z');
    await sandbox.run('storage-report', due);
    const kept = await keptIn(sandbox);
    expect(kept.secretVersions).toHaveLength(2);
    expect(kept.reports.size).toBeGreaterThan(0);

    box.faults.once({ path: '/2.0/users' }, { kind: 'slow', milliseconds: 2000 });
    const seen = box.journal.entries.length;
    let isOver = false;
    const underWay = sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z')).finally(() => {
      isOver = true;
    });
    await vi.waitFor(() => expect(box.journal.entries.length).toBeGreaterThan(seen), { timeout: 10_000 });
    expect(isOver).toBe(false);
    await aws.deploy(after.folder);
    expect(await underWay).toMatchObject({ outcome: 'response', payload: { users: 5 } });

    const left = await keptIn(sandbox);
    expect(left.secretVersions).toEqual(kept.secretVersions);
    for (const [key, body] of kept.reports) expect(left.reports.get(key), key).toEqual(body);
    expect(await sandbox.run('storage-report', due)).toMatchObject({ payload: 'duplicate' });
    expect(await sandbox.run('storage-report', new Date('2026-11-23T02:00:00Z'))).toMatchObject({ payload: { users: 5 } });
  });

  it('lets runs in steps end on the version that they began with: a plan that waits is approved after it and applied once, users are done once', async () => {
    const [changing, reporting] = ['open-shared-links', 'external-collaborators'];
    let isReporting = false;
    let asked = 0;
    let deployed: Promise<unknown> | undefined;
    await using sandbox = await openRounds(before.folder, {
      users: 12,
      contentFolders: 12,
      seed: 4,
      onExchange: ({ path }) => {
        if (isReporting && path.endsWith('/items') && ++asked === 10) deployed = sandbox.aws.deploy(after.folder);
      },
    });
    const open = openLinks(sandbox);
    const applied = sandbox.run(changing);
    const waiting = await waitingPlan(sandbox);
    isReporting = true;
    const reported = await sandbox.run(reporting);
    expect(await deployed).toBeDefined();
    const users = activeUsers(sandbox).length;
    expect(reported).toMatchObject({ outcome: 'response', executedVersion: '1', payload: { users, done: users, failed: 0 } });

    expect(changesIn(sandbox)).toBe(0);
    const { job, run, sha256, versionId } = waiting;
    const decision = { verdict: 'approved', job, run, sha256, versionId, reason: 'Agreed' };
    expect(await knock(sandbox, 'Approvals', decision)).toMatchObject({ status: 200, answer: { woken: true } });
    expect(await applied).toMatchObject({ outcome: 'response', executedVersion: '1', payload: { planned: open.length } });
    expect(openLinks(sandbox)).toEqual([]);
    expect(changesIn(sandbox)).toBe(open.length);
    expect(await bookOf(sandbox, 'ledger.ndjson')).toHaveLength(open.length);

    const next = await sandbox.run(changing, new Date(sandbox.aws.now() + 86_400_000));
    expect(next).toMatchObject({ outcome: 'response', executedVersion: '2', payload: { planned: 0 } });
  });

  it('replaces nothing that holds data, and leaves what its stack retains where it is', async () => {
    await using sandbox = await openSandbox({ assembly: before.folder, box: { users: 5 } });
    const { aws } = sandbox;
    const { stacks: old } = await aws.deploy();
    const { stacks: now, remains } = await aws.deploy(after.folder);
    for (const stack of stacks) {
      const template = await templateOf(before.folder, stack);
      const retained = Object.entries(template.Resources).filter(([, { DeletionPolicy }]) => DeletionPolicy?.startsWith('Retain'));
      expect(retained.length, stack).toBeGreaterThan(stack === stacks[0] ? 5 : -1);
      for (const [id, { Type }] of retained) {
        const ref = old[stack]?.resources[id];
        const isStill = now[stack]?.resources[id] === ref || remains.some((left) => left.ref === ref && left.reason === 'retained');
        expect(isStill, `${stack}/${id}`).toBe(true);
        // Left standing is enough for a version of a function; what holds data must be in use as well.
        if (Type !== 'AWS::Lambda::Version') expect(now[stack]?.resources[id], `${stack}/${id}`).toBe(ref);
      }
      // Nothing is retained of a queue, and Box finds nobody at an old address.
      const inUse = /^AWS::(SQS::Queue|DynamoDB::Table|Lambda::Url)$/;
      const used =
        stack === stacks[2] ? Object.keys(template.Resources).filter((id) => inUse.test(template.Resources[id]?.Type ?? '')) : [];
      for (const id of used) expect(now[stack]?.resources[id], `${stack}/${id}`).toBe(old[stack]?.resources[id]);
    }
  });

  it('leaves the webhook in Box as it is: what came before, during and after it is handled once, and what was given up can still be', async () => {
    await using handlers = await openHandlers(before.folder);
    const { sandbox, put, pass } = handlers;
    const { aws, box } = sandbox;
    const { queue } = box.webhooks;
    const made = inBox(sandbox);
    expect(made).toMatchObject([{ target: { id: archive }, address: sandbox.webhookAddress('archive-upload') }]);

    const givenUp = await put(archive, 'given up');
    box.faults.always({ path: `/2.0/files/${givenUp}` }, { kind: 'status', status: 503, headers: { 'retry-after': '3600' } });
    for (let hour = 0; hour < 6; hour++) await pass(61 * minute);
    box.faults.clear();
    const handled = await put(archive, 'handled');
    const [sent = expect.unreachable()] = queue.waiting;
    await pass();
    expect(copies(sandbox, [givenUp, handled])).toEqual([0, 1]);
    const underWay = await put(archive, 'under way');
    await queue.deliverDue(1);
    box.faults.once({ path: `/2.0/files/${underWay}` }, { kind: 'slow', milliseconds: 1500 });
    const drained = aws.events.drain();
    await vi.waitFor(() => expect(box.journal.entries.some(({ path }) => path === `/2.0/files/${underWay}`)).toBe(true), {
      timeout: 10_000,
    });
    const queued = await put(archive, 'queued');
    await queue.deliverDue(1);
    const atBox = await put(archive, 'at Box');
    await aws.deploy(after.folder);
    await drained;

    // Box has not heard that it arrived, and sends it once more.
    queue.add({ ...sent, dueAt: aws.now() });
    await pass();
    expect(copies(sandbox, [handled, underWay, queued, atBox])).toEqual([1, 1, 1, 1]);
    expect(new Set(queue.attempts.map(({ status }) => status))).toEqual(new Set([202]));
    expect(inBox(sandbox)).toEqual(made);

    const { endpoint: AWS_ENDPOINT_URL, operator } = aws;
    const { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY, region: AWS_REGION } = operator;
    Object.assign(process.env, { AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION });
    const redriven = await typed('deliveries', 'redrive', 'archive-upload', '--stage', 'sandbox');
    expect(redriven.stdout).toContain('1 event on the way');
    await vi.waitFor(async () => {
      await aws.events.drain();
      expect(copies(sandbox, [givenUp, handled, underWay, queued, atBox])).toEqual([1, 1, 1, 1, 1]);
    });
  });
});

const inBox = ({ box }: Sandbox) => box.webhooks.all.map(({ id, target, triggers, address }) => ({ id, target, triggers, address }));

/** How often the archive was given each of these files. */
function copies({ aws }: Sandbox, files: readonly string[]): readonly number[] {
  const written = aws.journal.calls({ action: 's3:PutObject', status: 200 });
  return files.map((file) => written.filter(({ resource }) => resource.includes(`/${file}/`) && resource.endsWith('/content')).length);
}

async function templateOf(folder: string, stack: string): Promise<Template> {
  return JSON.parse(await readFile(join(folder, `${stack}.template.json`), 'utf8'));
}

async function keptIn(sandbox: Sandbox) {
  const { endpoint, operator, outputs } = sandbox.aws;
  const secrets = new SecretsManagerClient({ endpoint, region: operator.region, credentials: operator });
  const { Versions = [] } = await secrets.send(new ListSecretVersionIdsCommand({ SecretId: outputs(stacks[0]).BoxSecretArnDefault }));
  const keys = await sandbox.reportKeys();
  return {
    secretVersions: Versions.map(({ VersionId, VersionStages }) => ({ VersionId, VersionStages })),
    reports: new Map(await Promise.all(keys.map(async (key) => [key, Buffer.from(await sandbox.readReport(key)).toString()] as const))),
  };
}
