import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AccountRootPrincipal, ManagedPolicy, Role } from 'aws-cdk-lib/aws-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signedInAs } from '../infra/cli/signed-in.ts';
import { asOperator } from '../sandbox/aws/fixture/act-as.ts';
import { output, synthesiseStack } from '../sandbox/aws/fixture/synthesise.ts';
import { type Aws, type Deployed, startAws } from '../sandbox/aws/index.ts';
import { call, mint, upload } from '../sandbox/box/http/box-http.ts';
import { type BoxSimulator, startBox } from '../sandbox/box/server.ts';
import { durableEnd } from '../sandbox/durable-run.ts';
import type { Template } from './altered.ts';
import { knock } from './knock.ts';
import { job, openLinks, waitingPlan } from './plans/changes.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';

/** Each archives a folder of its own. */
const folders = { sandbox: '199990000001', 'sandbox-webhooks': '199990000002' } as const;
type Name = keyof typeof folders;
const names = Object.keys(folders) as readonly Name[];

const day = 86_400_000;
let assemblies: readonly StageAssembly[] = [];
/** By stack. */
const templates = new Map<string, Template>();
let deployed: Deployed;
let aws: Aws;
let box: BoxSimulator;
beforeAll(async () => {
  assemblies = await Promise.all(names.map((name) => stageWith(settingsOf(name), [], name)));
  box = await startBox({ users: 12, contentFolders: 12, seed: 4, now: () => aws?.now() ?? Date.now() });
  const [{ folder: assembly } = expect.unreachable()] = assemblies;
  aws = await startAws({ assembly, environment: { BOX_ENDPOINT_URL: box.url }, now: Date.now, skipsWaits: true });
  for (const { folder } of assemblies) deployed = await aws.deploy(folder);
  for (const [nth, name] of names.entries())
    for (const part of parts(name))
      templates.set(part, JSON.parse(await readFile(join(assemblies[nth]?.folder ?? '', `${part}.template.json`), 'utf8')));
  for (const name of names) await call(box, await mint(box), 'POST', '/2.0/folders', { name, parent: { id: '0' } });
}, 120_000);
afterAll(async () => {
  await aws?.stop();
  await box?.close();
  for (const assembly of assemblies) await assembly[Symbol.asyncDispose]();
});

function settingsOf(name: Name): object {
  return {
    sharedTokens: true,
    settings: { archiveFolder: folders[name] },
    jobs: {
      'storage-report': true,
      [job]: { mode: 'approve', params: { rules: [{ do: 'restrict' }] }, limits: { actions: 500, share: 1 } },
    },
    webhooks: { 'archive-upload': true },
  };
}

const parts = (name: Name) => ['Foundation', 'Jobs', 'Webhooks'].map((part) => `Nightporter-${name}-${part}`);
const stacksOf = (name: Name, { stacks }: Deployed) => parts(name).map((part) => stacks[part]);
const outputs = (name: Name, part: 'Foundation' | 'Jobs' | 'Webhooks') => aws.outputs(`Nightporter-${name}-${part}`);

async function putSecrets(name: Name, clientSecret = box.app.clientSecret): Promise<void> {
  const { app, webhooks } = box;
  const client = new SecretsManagerClient(asOperator(aws));
  const put = (SecretId: string | undefined, value: object) =>
    client.send(new PutSecretValueCommand({ SecretId, SecretString: JSON.stringify(value) }));
  const boxAppSettings = { clientID: app.clientId, clientSecret };
  await put(outputs(name, 'Foundation').BoxSecretArnDefault, { boxAppSettings, enterpriseID: app.enterpriseId });
  const { primary: primaryKey, secondary: secondaryKey } = webhooks.queue.keys;
  await put(outputs(name, 'Foundation').WebhookKeysArnDefault, { primaryKey, secondaryKey });
}

type Scheduled = 'MissingRuns' | 'OpenSharedLinks' | 'StorageReport' | 'Webhooks';

/** As its schedule does. @returns the end of the run */
async function run(name: Name, schedule: Scheduled, scheduledTime: Date) {
  const all = { ...outputs(name, 'Jobs'), ...outputs(name, 'Webhooks') };
  const { attempts } = await aws.fire(all[`${schedule}Schedule`] ?? '', { scheduledTime });
  return attempts.at(-1) ?? durableEnd(new LambdaClient(asOperator(aws)), aws, all[`${schedule}Function`] ?? '');
}

const bothRun = (schedule: Scheduled, scheduledTime: Date) => Promise.all(names.map((name) => run(name, schedule, scheduledTime)));
const plan = (name: Name) => waitingPlan({ aws, runsTable: outputs(name, 'Foundation').RunsTableName ?? '' });

async function decide(on: Awaited<ReturnType<typeof plan>>, stage: Name, accessKey?: string) {
  const { run, sha256, versionId } = on;
  const decision = { verdict: 'approved', job, run, sha256, versionId, reason: 'Agreed' };
  return knock({ aws }, 'Approvals', decision, { stage, ...(accessKey !== undefined && { accessKey }) });
}

/** Roles of people, each with one stage's policy, as a company makes them. @returns their access keys */
async function approvers(): Promise<Readonly<Record<Name, string>>> {
  const people = synthesiseStack((stack) => {
    for (const [nth, name] of names.entries()) {
      const policy = ManagedPolicy.fromManagedPolicyArn(stack, `Of${name}`, outputs(name, 'Foundation').ApproverPolicyArn ?? '');
      const role = new Role(stack, name, { assumedBy: new AccountRootPrincipal(), managedPolicies: [policy] });
      output(stack, `Approver${nth}`, role.roleArn);
    }
  });
  await aws.deploy(people);
  const assume = async (name: Name, nth: number) => {
    const RoleArn = aws.outputs('Test')[`Approver${nth}`];
    const { environment } = await signedInAs({ aws, box }, RoleArn, name);
    return [name, environment.AWS_ACCESS_KEY_ID ?? ''] as const;
  };
  return Object.fromEntries(await Promise.all(names.map(assume))) as Record<Name, string>;
}

async function uploadTo(name: Name): Promise<string> {
  const { file } = await upload(box, await mint(box), { name: `for ${name} at ${aws.now()}`, folder: folders[name], content: 'content' });
  const sent = await box.webhooks.deliverDue();
  expect(sent.map(({ status }) => status)).toEqual([202]);
  await aws.events.drain();
  return String(file.id);
}

/** How often a stage's bucket was given that file. */
const copies = (name: Name, file: string) =>
  aws.journal
    .calls({ action: 's3:PutObject', status: 200 })
    .filter(({ resource }) => resource.includes(`${outputs(name, 'Foundation').ReportBucketName}/archive/archive-upload/${file}/`))
    .filter(({ resource }) => resource.endsWith('/content')).length;

/** What a stage's roles asked for of all that a stage holds, by type. */
function reached(by: Name, of: Name): ReadonlyMap<string, readonly string[]> {
  const roles = new Set(held(by).flatMap(([type, name]) => (type === 'AWS::IAM::Role' ? [name] : [])));
  const calls = aws.journal.calls().filter(({ principal }) => roles.has(lastPart(principal)));
  expect(calls.length, by).toBeGreaterThan(100);
  const asked = new Set(calls.map(({ resource }) => resource));
  const found = held(of).filter(([, name]) => [...asked].some((resource) => resource.includes(name)));
  return new Map([...Map.groupBy(found, ([type]) => type)].map(([type, all]) => [type, all.map(([, name]) => name)]));
}

/** Generated names of all that a stage's stacks hold, with the type; not such that mean something within another name only, as an alias does. */
function held(name: Name): readonly (readonly [string, string])[] {
  return parts(name).flatMap((stack) => {
    const { Resources } = templates.get(stack) ?? expect.unreachable();
    const made = Object.entries(deployed.stacks[stack]?.resources ?? {});
    return made.map(([id, ref]) => [Resources[id]?.Type ?? '', lastPart(ref)] as const).filter(([, generated]) => generated.length > 20);
  });
}

const lastPart = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);

describe('two stages of one account, the name of one beginning as the other’s', () => {
  const due = new Date('2026-11-22T02:00:00Z');

  it('know nothing of each other’s credentials, claims and reports', async () => {
    await putSecrets('sandbox');
    await putSecrets('sandbox-webhooks', 'not the secret');
    expect(await bothRun('StorageReport', due)).toMatchObject([{ payload: { users: 12 } }, { outcome: 'error' }]);
    await putSecrets('sandbox-webhooks');
    const next = new Date(due.getTime() + day);
    expect(await bothRun('StorageReport', next)).toMatchObject([{ payload: { users: 12 } }, { payload: { users: 12 } }]);
  });

  it('are each sent what their own webhook hears of, and handle it once', async () => {
    expect(await bothRun('Webhooks', due)).toMatchObject([{ payload: { webhooks: 1 } }, { payload: { webhooks: 1 } }]);
    const files = [await uploadTo('sandbox'), await uploadTo('sandbox-webhooks')];
    expect(names.map((name) => files.map((file) => copies(name, file)))).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });

  it('decide on their own plans alone: neither the policy nor the endpoint of the one serves for the other', async () => {
    const open = openLinks({ box }).length;
    const runs = names.map((name) => run(name, 'OpenSharedLinks', due));
    const [mine = expect.unreachable(), theirs = expect.unreachable()] = await Promise.all(names.map(plan));
    const keys = await approvers();
    expect(await decide(mine, 'sandbox', keys['sandbox-webhooks'])).toMatchObject({ status: 403 });
    expect(await decide(theirs, 'sandbox-webhooks', keys.sandbox)).toMatchObject({ status: 403 });
    expect(await decide(mine, 'sandbox-webhooks', keys['sandbox-webhooks'])).toMatchObject({ status: 409 });
    expect(await Promise.all(names.map(plan))).toEqual([mine, theirs]);
    expect(await decide(mine, 'sandbox', keys.sandbox)).toMatchObject({ status: 200, answer: { woken: true } });
    expect(await runs[0]).toMatchObject({ payload: { planned: open, applied: open } });
    expect(await plan('sandbox-webhooks')).toEqual(theirs);
    expect(await decide(theirs, 'sandbox-webhooks', keys['sandbox-webhooks'])).toMatchObject({ status: 200, answer: { woken: true } });
    expect(await runs[1]).toMatchObject({ payload: { planned: open, already: open } });
  });

  it('never ask for anything that is the other’s', async () => {
    await bothRun('MissingRuns', due);
    const types = [
      'DynamoDB::Table',
      'KMS::Key',
      'Lambda::Function',
      'Logs::LogGroup',
      'S3::Bucket',
      'SQS::Queue',
      'SecretsManager::Secret',
    ];
    for (const [nth, name] of names.entries()) {
      const [other = expect.unreachable()] = names.toSpliced(nth, 1);
      expect(reached(name, other), `${name} reached ${other}`).toEqual(new Map());
      const own = reached(name, name);
      expect([...own.keys()], name).toEqual(expect.arrayContaining(types.map((type) => `AWS::${type}`)));
      expect(own.get('AWS::DynamoDB::Table'), name).toContain(outputs(name, 'Foundation').TokensTableName);
    }
  });

  it('do without each other: one goes on when the other is destroyed', async () => {
    const before = stacksOf('sandbox-webhooks', deployed);
    const remains = await aws.destroy(['Test', ...parts('sandbox')]);
    expect(remains.length).toBeGreaterThan(5);
    expect(remains.filter(({ stack, reason }) => reason !== 'retained' || !parts('sandbox').includes(stack))).toEqual([]);
    expect(box.webhooks.all.map(({ target }) => target.id)).toEqual([folders['sandbox-webhooks']]);
    const file = await uploadTo('sandbox-webhooks');
    expect(copies('sandbox-webhooks', file)).toBe(1);
    expect(await run('sandbox-webhooks', 'StorageReport', new Date(due.getTime() + 2 * day))).toMatchObject({ payload: { users: 12 } });
    expect(aws.stacks()).toEqual(parts('sandbox-webhooks'));
    expect(stacksOf('sandbox-webhooks', await aws.deploy(assemblies[1]?.folder))).toEqual(before);
  });
});
