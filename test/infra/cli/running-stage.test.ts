import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sharedTokens } from '../../../infra/cli/token/shared-tokens.ts';
import { awsClientOptions } from '../../../lib/http/aws-request-handler.ts';
import { type CliStage, openStage } from './stage.ts';

let stage: CliStage;

beforeAll(async () => {
  stage = await openStage();
});

afterAll(() => stage[Symbol.asyncDispose]());

/** A due time as the runs table writes it. */
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().replace(/\.\d+Z$/, 'Z');

const outputs = () => stage.sandbox.aws.outputs('Nightporter-sandbox-Foundation');

function clients() {
  const { endpoint, operator } = stage.sandbox.aws;
  const options = { endpoint, region: operator.region, credentials: operator };
  return { dynamodb: new DynamoDBClient(options), s3: new S3Client({ ...options, forcePathStyle: true }) };
}

describe('status', () => {
  interface Printed {
    readonly healthy: boolean;
    readonly jobs: readonly {
      readonly job: string;
      readonly lastRun?: { readonly state: string; readonly due: string };
      readonly schedule?: string;
      readonly missingSince?: string;
    }[];
  }

  async function status(): Promise<Printed & { exitCode: number }> {
    const { exitCode, value } = await stage.json(['status']);
    return { exitCode, ...(value as Printed) };
  }

  const put = (item: Readonly<Record<string, { S: string } | { N: string } | { M: Record<string, { N: string }> }>>) =>
    clients().dynamodb.send(new PutItemCommand({ TableName: outputs().RunsTableName, Item: item }));

  it('of a new stage lists every job and finds nothing wrong', async () => {
    const { exitCode, healthy, jobs } = await status();
    expect(jobs.map(({ job }) => job)).toEqual(['grant-check', 'missing-runs', 'storage-report']);
    expect({ exitCode, healthy }).toEqual({ exitCode: 0, healthy: true });
  });

  it('shows how the last run of each job ended, scheduled or manual', async () => {
    const at = (minutes: number) => ({ N: String(Date.now() - minutes * 60_000) });
    await put({
      pk: { S: 'job#grant-check' },
      sk: { S: daysAgo(1) },
      state: { S: 'done' },
      attempt: { N: '1' },
      startedAt: at(90),
      counts: { M: { checked: { N: '2' }, refused: { N: '0' } } },
    });
    await put({
      pk: { S: 'job#storage-report' },
      sk: { S: daysAgo(3) },
      state: { S: 'done' },
      attempt: { N: '1' },
      startedAt: at(1500),
    });
    await put({
      pk: { S: 'job#storage-report' },
      sk: { S: 'manual#again' },
      state: { S: 'failed' },
      attempt: { N: '2' },
      startedAt: at(5),
      code: { S: 'BOX_UNREACHABLE' },
    });
    await put({
      pk: { S: 'job#missing-runs' },
      sk: { S: daysAgo(1) },
      state: { S: 'running' },
      attempt: { N: '1' },
      startedAt: at(60),
      leaseUntil: at(45),
    });
    const { exitCode, jobs } = await status();
    const last = Object.fromEntries(jobs.map(({ job, lastRun }) => [job, lastRun]));
    expect(last['grant-check']).toMatchObject({ state: 'done', counts: { checked: 2, refused: 0 } });
    expect(last['storage-report']).toMatchObject({ state: 'failed', due: 'manual#again', attempt: 2, code: 'BOX_UNREACHABLE' });
    expect(last['missing-runs']).toMatchObject({ state: 'lapsed' });
    expect(exitCode).toBe(1);
    expect((await stage.cli(['status'])).stdout).toMatch(/storage-report +failed +manual#again +5 min ago +2 +BOX_UNREACHABLE/);
    const reason = 'BOX_UNREACHABLE: The connection to Box failed.';
    expect((await stage.cli(['status'])).stdout).toContain(`\n${reason}`);
    expect((await stage.cli(['runs', 'show', 'storage-report'])).stdout).toContain(`\n  ${reason}`);
    expect((await stage.cli(['secret', 'status'])).stdout).toContain('2 asked for, 0 refused');
  });

  it('names a due time that nobody claimed, once the watch has known the schedule for long enough', async () => {
    const find = async () => (await status()).jobs.find(({ job }) => job === 'storage-report');
    const { schedule, missingSince } = (await find()) ?? {};
    expect(missingSince).toBeUndefined();
    await put({ pk: { S: 'watch' }, sk: { S: `storage-report ${schedule}` }, since: { N: '0' } });
    const found = await find();
    expect(Date.now() - Date.parse(found?.missingSince ?? '')).toBeGreaterThan(65 * 60_000);
    expect((await stage.cli(['status'])).stdout).toContain(`missing: ${found?.missingSince}`);
  });
});

describe('run', () => {
  it('starts the job with an id of its own and says how to follow it', async () => {
    const { exitCode, value } = await stage.json(['run', 'storage-report']);
    expect(exitCode).toBe(0);
    expect(value).toMatchObject({
      job: 'storage-report',
      due: expect.stringMatching(/^manual#\d{8}T\d{6}Z-[0-9a-f]{8}$/),
      logGroup: expect.any(String),
    });
    const { id } = value as { id: string };
    const logs = () => stage.sandbox.aws.logs(stage.sandbox.functionName('storage-report')).join('\n');
    await vi.waitFor(() => expect(logs()).toContain(`"manual":"${id}"`), { timeout: 10_000 });
  });

  it('refuses an id that the job would refuse', async () => {
    const { exitCode, stderr } = await stage.cli(['run', 'storage-report', '--id', 'a/b']);
    expect(stderr).toContain('COMMAND_INVALID');
    expect(exitCode).toBe(2);
  });
});

describe('token peek', () => {
  it('tells of the last token of each container, and never the token', async () => {
    await stage.sandbox.aws.invoke(stage.sandbox.functionName('grant-check'), {});
    const { exitCode, value } = await stage.json(['token', 'peek']);
    expect(exitCode).toBe(0);
    expect(value).toMatchObject({
      containers: expect.arrayContaining([
        {
          job: 'grant-check',
          app: 'default',
          container: expect.any(String),
          subject: 'enterprise',
          tier: 'grant',
          fingerprint: '0a1b2c3d',
          obtainedAt: expect.any(String),
          expiresAt: expect.any(String),
        },
      ]),
    });
    expect((await stage.cli(['token', 'peek'])).stdout).toMatch(/grant-check +default +enterprise +0a1b2c3d +grant +\d+ s +6[45] min/);
  });
});

describe('the shared tier', () => {
  it('is shown by subject, fingerprint and lease; what is encrypted there is not even read', async () => {
    const now = Date.now();
    const item = {
      pk: { S: 'token arn:aws:secretsmanager:x:y:z http://127.0.0.1:1 enterprise' },
      sk: { S: '-' },
      fingerprint: { S: '00ff00ff' },
      tokenExpiresAt: { N: String(now + 1_800_000) },
      lifeMs: { N: '3600000' },
      ciphertext: { B: Buffer.from('CANARY') },
    };
    await clients().dynamodb.send(new PutItemCommand({ TableName: outputs().RunsTableName, Item: item }));
    Object.assign(process.env, stage.environment);
    const found = (await sharedTokens({ aws: awsClientOptions() }, outputs().RunsTableName ?? '')).find(
      ({ subject }) => subject === 'enterprise',
    );
    expect(found).toEqual({
      subject: 'enterprise',
      fingerprint: '00ff00ff',
      obtainedAt: new Date(now - 1_800_000).toISOString(),
      expiresAt: new Date(now + 1_800_000).toISOString(),
      leaseUntil: undefined,
    });
  });
});

describe('report open', () => {
  const folder = (time: string, run: string) => `reports/storage-report/${time}/${run}/`;
  const put = (key: string, body: string) =>
    clients().s3.send(new PutObjectCommand({ Bucket: outputs().ReportBucketName, Key: key, Body: body }));

  it('says so when there is none', async () => {
    const { exitCode, stderr } = await stage.cli(['report', 'open', 'storage-report', '--print']);
    expect(stderr).toContain('Run storage-report first');
    expect(exitCode).toBe(2);
  });

  it('links the newest report that is whole, for 15 minutes', async () => {
    for (const [time, run, files] of [
      ['2026-11-20T020000Z', 'one', ['report.html', 'manifest.json']],
      ['2026-11-21T020000Z', 'two', ['report.html', 'manifest.json']],
      ['2026-11-22T020000Z', 'unfinished', ['rows.ndjson']],
    ] as const) {
      for (const file of files) await put(`${folder(time, run)}${file}`, `${run} ${file}`);
    }
    const { exitCode, value } = await stage.json(['report', 'open', 'storage-report']);
    expect(exitCode).toBe(0);
    const { link, expiresInSeconds } = value as { link: string; expiresInSeconds: number };
    const url = new URL(link);
    expect(url.pathname).toContain('/reports/storage-report/2026-11-21T020000Z/two/report.html');
    expect([url.searchParams.get('X-Amz-Expires'), expiresInSeconds]).toEqual(['900', 900]);
    expect(await (await fetch(link)).text()).toBe('two report.html');
    expect((await stage.cli(['report', 'open', 'storage-report', '--print'])).stdout.trim()).toMatch(/^http.*X-Amz-Signature=/);
  });
});
