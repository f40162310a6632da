import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { putWaiting, type Waiting } from '../../../lib/run/approval/waiting.ts';
import { type PlanReference, putPlan } from '../../../lib/run/plan/plan-store.ts';
import { action, somePlan } from '../../lib/run/plan/some-plan.ts';
import { plainPage } from '../../lib/sink/open-report.ts';
import { closeLinks } from './changing-job.ts';
import { type CliStage, openStage, type Person } from './stage.ts';

const hour = 3_600_000;
const job = 'close-links';
const reason = ['--reason', 'Agreed with legal'];

let stage: CliStage;
let dynamodb: DynamoDBClient;
let s3: S3Client;
let bucket: string;
let runs = 0;
beforeAll(async () => {
  stage = await openStage({ jobs: [closeLinks] });
  const { region, ...credentials } = stage.sandbox.aws.operator;
  const options = { region, credentials, endpoint: stage.sandbox.aws.endpoint };
  dynamodb = new DynamoDBClient(options);
  s3 = new S3Client({ ...options, forcePathStyle: true });
  bucket = stage.sandbox.aws.outputs('Nightporter-sandbox-Foundation').ReportBucketName ?? '';
});
afterAll(() => stage[Symbol.asyncDispose]());

const arnOf = (role: Person, name: string) => {
  const arn = stage.sandbox.aws.outputs('Nightporter-sandbox-Foundation')[`${role}RoleArn`] ?? '';
  return `arn:aws:sts::000000000000:assumed-role/${arn.split('/').at(-1)}/${name}`;
};

/** As a run does when it begins to wait. */
async function waits(more: Omit<Partial<Waiting>, 'pageVersionId'> = {}, actions = 2): Promise<Waiting & PlanReference> {
  const run = `run-${++runs}`;
  const plan = somePlan(actions, { job, run, dueTime: `2026-11-22T0${runs % 10}:00:00.000Z` });
  const reference = await putPlan({ client: s3, bucket }, plan, plainPage);
  const times = { since: Date.now(), until: Date.now() + hour };
  const waiting = { ...reference, job, run, startedBy: 'scheduler', callbackId: 'none', ...times, ...more };
  await putWaiting(dynamodb, stage.sandbox.runsTable, waiting);
  return waiting;
}

async function recorded(run: string): Promise<Record<string, unknown> | undefined> {
  const TableName = stage.sandbox.aws.outputs('Nightporter-sandbox-Foundation').DecisionsTableName;
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { pk: { S: `plan#${job}` }, sk: { S: run } } }));
  return Item && JSON.parse(Item.decision?.S ?? '');
}

describe('an approver', () => {
  it('sees what waits, approves it by its hash, and is written down as whoever signed', async () => {
    const { run, sha256, versionId } = await waits();
    const grace = await stage.as('Approver', 'grace');
    const shown = await grace.cli(['plan', 'show', job]);
    expect(shown.stdout).toContain(`SHA-256 ${sha256}, version ${versionId}`);
    expect(shown.stdout).toMatch(/1 +Remove the link +Report 1\.pdf +All Files\/Reports +Open to everyone for 240 days/);
    const { exitCode, value } = await grace.json(['approve', job, '--plan', sha256.slice(0, 12), ...reason]);
    expect({ exitCode, value }).toMatchObject({ exitCode: 0, value: { job, run, sha256, versionId, verdict: 'approved', woken: false } });
    expect(await recorded(run)).toMatchObject({
      verdict: 'approved',
      sha256,
      versionId,
      by: arnOf('Approver', 'grace'),
      reason: 'Agreed with legal',
    });
  });

  it('can’t decide twice, and nobody can after them', async () => {
    const { run, sha256 } = await waits();
    const grace = await stage.as('Approver', 'grace');
    expect((await grace.cli(['reject', job, '--plan', sha256, ...reason])).exitCode).toBe(0);
    for (const name of ['grace', 'margaret']) {
      const again = await (await stage.as('Approver', name)).cli(['approve', job, '--plan', sha256, ...reason]);
      expect(again.stderr).toMatch(
        /^APPROVAL_REFUSED: Leave it at that: this plan was rejected at [\dT:.Z-]+, and a plan is decided on once\.\n$/,
      );
      expect(again.exitCode).toBe(1);
    }
    expect(await recorded(run)).toMatchObject({ verdict: 'rejected' });
  });

  it.each<[string, Person, string, RegExp]>([
    ['in the same role', 'Both', 'somebody', /whoever started a run can’t approve its plan/],
    ['under the same name in another role', 'Approver', 'ada', /whoever started a run can’t approve its plan/],
  ])('can’t approve what they started themselves, %s', async (_, role, name, sentence) => {
    const { run, sha256 } = await waits({ startedBy: arnOf('Both', 'ada') });
    const { exitCode, stderr } = await (await stage.as(role, name)).cli(['approve', job, '--plan', sha256, ...reason]);
    expect(stderr).toMatch(sentence);
    expect(exitCode).toBe(1);
    expect(await recorded(run)).toBeUndefined();
    expect((await (await stage.as('Approver', 'grace')).cli(['approve', job, '--plan', sha256, ...reason])).exitCode).toBe(0);
  });

  it('can’t approve what is too late, incomplete, or beyond its limits without its number', async () => {
    const grace = await stage.as('Approver', 'grace');
    const refused = async (more: Partial<Waiting>, ...args: string[]) => {
      const { sha256 } = await waits(more);
      return (await grace.cli(['approve', job, '--plan', sha256, ...reason, ...args])).stderr;
    };
    expect(await refused({ until: Date.now() - 1 })).toMatch(/^APPROVAL_EXPIRED: Run the job again/);
    expect(await refused({ incomplete: 1 })).toMatch(/^PLAN_INCOMPLETE: Correct what the plan names as missing/);
    const excess = 'it has 2 actions, and its limit is 1';
    expect(await refused({ excess })).toBe(`PLAN_TOO_LARGE: Name the number of actions to approve this plan with --actions: ${excess}.\n`);
    expect(await refused({ excess }, '--actions', '3')).toMatch(/^APPROVAL_REFUSED: .*it has 2 actions, and the approval names 3\.\n$/);
    expect(await refused({ excess }, '--actions', '2')).toBe('');
  });

  it('can’t approve another plan than the one that waits, be it one that did before', async () => {
    const first = await waits();
    const second = await waits({ run: first.run }, 3);
    const grace = await stage.as('Approver', 'grace');
    const { stderr, exitCode } = await grace.cli(['approve', job, '--plan', first.sha256, ...reason]);
    expect(stderr).toMatch(/^APPROVAL_REFUSED: Look at "nightporter plan show": no plan with this hash waits/);
    expect(exitCode).toBe(1);
    expect((await grace.cli(['approve', job, '--plan', second.sha256, ...reason])).exitCode).toBe(0);
  });

  it('is not shown a plan whose bytes are not what its run says', async () => {
    const { key, run } = await waits();
    const { VersionId: versionId = '' } = await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'edited' }));
    const { sha256 } = await waits({ versionId, key });
    const grace = await stage.as('Approver', 'grace');
    for (const args of [
      ['plan', 'show', '--plan', sha256],
      ['approve', job, '--plan', sha256, ...reason],
    ]) {
      expect((await grace.cli(args)).stderr).toMatch(/^PLAN_INVALID: /);
    }
    expect(await recorded(run)).toBeUndefined();
    await dynamodb.send(
      new PutItemCommand({ TableName: stage.sandbox.runsTable, Item: { pk: { S: `waiting#${job}` }, sk: { S: `run-${runs}` } } }),
    );
  });

  it('sees names as they are, and none of what could move the cursor or the reading direction', async () => {
    const run = `run-${++runs}`;
    const item = { type: 'file', id: '1', name: '\u001B[2J\u202Egnp.exe\n=1+1', path: 'a\tb' };
    const plan = somePlan(1, { job, run, actions: [action(1, { item })] });
    await waits({ ...(await putPlan({ client: s3, bucket }, plan, plainPage)), run });
    const { stdout } = await (await stage.as('Approver', 'grace')).cli(['plan', 'show', job]);
    expect(stdout).toContain('\uFFFD[2J\uFFFDgnp.exe\uFFFD=1+1');
    for (const sign of ['\u001B', '\u202E']) expect(stdout).not.toContain(sign);
  });
});

describe('nobody else', () => {
  it.each<Person>(['Operator', 'Reader'])('approves: not who has the %s policy', async (role) => {
    const { run, sha256, versionId } = await waits();
    const { cli, environment } = await stage.as(role, 'ada');
    const { exitCode, stderr } = await cli(['approve', job, '--plan', sha256, ...reason]);
    expect(stderr).toMatch(/^AWS_REFUSED: /);
    expect(exitCode).toBe(1);
    const url = stage.sandbox.aws.outputs('Nightporter-sandbox-Jobs').ApprovalsUrl ?? '';
    const body = JSON.stringify({ verdict: 'approved', job, run, sha256, versionId, reason: 'x' });
    const scope = `${environment.AWS_ACCESS_KEY_ID}/20261122/${environment.AWS_REGION}/lambda/aws4_request`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none`;
    for (const headers of [{ 'content-type': 'application/json' }, { 'content-type': 'application/json', authorization }]) {
      expect((await fetch(url, { method: 'POST', body, headers })).status).toBe(403);
    }
    expect(await recorded(run)).toBeUndefined();
  });

  it('writes decisions: no role of a job may, nor the function of operators', () => {
    const table = stage.sandbox.aws.outputs('Nightporter-sandbox-Foundation').DecisionsTableName ?? '';
    const writers = stage.sandbox.aws.journal.calls({ action: 'dynamodb:PutItem' }).filter(({ resource }) => resource.endsWith(table));
    expect(new Set(writers.map(({ principal }) => principal)).size).toBe(1);
    expect(writers[0]?.principal).toMatch(/Approvals/i);
  });
});
