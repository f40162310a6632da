import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ListSecretVersionIdsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import type { Template } from './altered.ts';
import { knock } from './knock.ts';
import { assemblyOfLastRelease, lastRelease, missing, type ReleasedAssembly } from './last-release.ts';
import { bookOf, changesIn, openLinks, waitingPlan } from './plans/changes.ts';
import { activeUsers, openRounds } from './rounds/rounds.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

const stacks = ['Nightporter-sandbox-Foundation', 'Nightporter-sandbox-Jobs'] as const;

const limits = { actions: 500, share: 1 };
/** Jobs in steps that are on before and after: one waits for a person meanwhile, one is among its users. */
const inSteps = {
  'open-shared-links': { mode: 'approve', params: { rules: [{ do: 'restrict' }] }, limits },
  'external-collaborators': { limits },
};

describe.skipIf(missing)(`an upgrade from ${lastRelease}${missing ? ` (skipped: ${missing})` : ''}`, { timeout: 60_000 }, () => {
  let before: ReleasedAssembly;
  let after: StageAssembly;
  beforeAll(async () => {
    before = await assemblyOfLastRelease(inSteps);
    after = await stageWith({ jobs: inSteps });
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
    await aws.deploy(inject('assembly'));
    expect(await underWay).toMatchObject({ outcome: 'response', payload: { users: 5 } });

    const after = await keptIn(sandbox);
    expect(after.secretVersions).toEqual(kept.secretVersions);
    for (const [key, body] of kept.reports) expect(after.reports.get(key), key).toEqual(body);
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
    const { stacks: now, remains } = await aws.deploy(inject('assembly'));
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
    }
  });
});

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
