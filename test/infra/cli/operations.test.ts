import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { noProgress, progressIn } from '../../../lib/run/progress.ts';
import { closeLinks } from './changing-job.ts';
import { type CliStage, openStage } from './stage.ts';
import { typedInto } from './typed.ts';

let stage: CliStage;
let dynamodb: DynamoDBClient;
let ada: Pick<CliStage, 'cli' | 'json'>;
beforeAll(async () => {
  stage = await openStage({ jobs: [closeLinks] });
  const { region, ...credentials } = stage.sandbox.aws.operator;
  dynamodb = new DynamoDBClient({ region, credentials, endpoint: stage.sandbox.aws.endpoint });
  ada = await stage.as('Operator', 'ada');
});
afterAll(() => stage[Symbol.asyncDispose]());

interface Delivered {
  readonly DurableExecutionArn?: string;
  readonly InitialExecutionState?: { readonly Operations: readonly { readonly ExecutionDetails: { readonly InputPayload: string } }[] };
}

/** Events that a job's function has got, as its placeholder logs them; a durable one each once, however often it is resumed. */
function events(job: string): readonly Record<string, unknown>[] {
  const lines = stage.sandbox.aws.logs(stage.sandbox.functionName(job)).map((line) => JSON.parse(line));
  const delivered: Delivered[] = lines.flatMap(({ message, event }) => (message === 'Started.' ? [event] : []));
  const payloads = delivered.map(({ DurableExecutionArn, InitialExecutionState, ...event }, index) => {
    const input = InitialExecutionState?.Operations[0]?.ExecutionDetails.InputPayload;
    return [DurableExecutionArn ?? index, input === undefined ? event : JSON.parse(input)] as const;
  });
  return [...new Map(payloads).values()];
}

const put = (due: string, state: string, more: Record<string, { S: string } | { N: string } | { M: object }> = {}) =>
  dynamodb.send(
    new PutItemCommand({
      TableName: stage.sandbox.runsTable,
      Item: {
        pk: { S: 'job#close-links' },
        sk: { S: due },
        state: { S: state },
        run: { S: `run of ${due}` },
        attempt: { N: '1' },
        startedAt: { N: String(Date.parse('2026-11-22T02:00:05Z')) },
        leaseUntil: { N: String(Date.now() + 900_000) },
        ...more,
      } as never,
    }),
  );

const byAda = expect.stringMatching(/^arn:aws:sts::\d{12}:assumed-role\/.+\/ada$/);

describe('an operator', () => {
  it('starts a run, which learns from the signature who started it, and nothing else', async () => {
    const { exitCode } = await ada.json(['run', 'storage-report', '--id', 'one']);
    expect(exitCode).toBe(0);
    await vi.waitFor(() => expect(events('storage-report')).toContainEqual({ manual: 'one', startedBy: byAda }));
  });

  it('gives one run params of its own, which the job’s own schema looks at first', async () => {
    const wrong = await ada.cli(['run', 'storage-report', '--param', 'rootFolder=7']);
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^PARAMS_INVALID: Correct --param/) });
    expect(await ada.cli(['run', 'close-links', '--param', 'x'])).toMatchObject({ exitCode: 2 });
    await ada.cli(['run', 'close-links', '--id', 'two', '--param', 'days=30', '--param', 'keep=["press"]', '--param', 'name=Ada=x']);
    const params = { days: 30, keep: ['press'], name: 'Ada=x' };
    await vi.waitFor(() => expect(events('close-links')).toContainEqual({ manual: 'two', startedBy: byAda, params }));
    await put('manual#two', 'failed');
    await ada.cli(['redrive', 'close-links', 'two']);
    await vi.waitFor(() => expect(events('close-links').filter((event) => event.manual === 'two')).toHaveLength(2));
    expect(events('close-links').at(-1)).toEqual({ manual: 'two', startedBy: byAda, params });
  });

  it('starts a failed, lapsed or missing run again for its own due time, and no other', async () => {
    await put('2026-11-20T02:00:00Z', 'failed');
    await put('2026-11-19T02:00:00Z', 'running', { leaseUntil: { N: '1' } });
    await put('2026-11-18T02:00:00Z', 'running');
    await put('2026-11-17T02:00:00Z', 'done');
    const redriven = async (due: string) =>
      (await ada.json(['redrive', 'close-links', due])).value as { was?: string; error?: { message: string } };
    expect(await redriven('2026-11-20T02:00:00Z')).toMatchObject({ was: 'failed' });
    expect(await redriven('2026-11-19T02:00Z')).toMatchObject({ was: 'lapsed' });
    expect(await redriven('2026-11-16T02:00:00Z')).toMatchObject({ was: 'missing' });
    expect((await redriven('2026-11-18T02:00:00Z')).error?.message).toMatch(/still going on/);
    expect((await redriven('2026-11-17T02:00:00Z')).error?.message).toMatch(/this run is done/);
    expect((await redriven('nobody')).error?.message).toMatch(/nobody has started this one/);
    await vi.waitFor(() => expect(events('close-links').filter((event) => 'scheduledTime' in event)).toHaveLength(3));
    expect(events('close-links')).toContainEqual({ scheduledTime: '2026-11-20T02:00:00Z', startedBy: byAda });
  });

  it('sees a run that Lambda has ended as lapsed wherever it is shown, and starts it again', async () => {
    const due = '2026-11-12T02:00:00Z';
    const { FunctionArn } = await stage.sandbox.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: stage.sandbox.functionName('close-links') }),
    );
    await put(due, 'running', { execution: { S: `${FunctionArn}:1/durable-execution/forgotten/7` }, startedAt: { N: String(Date.now()) } });
    const lapsed = { exitCode: 1, value: { state: 'lapsed' } };
    expect(await ada.json(['runs', 'show', 'close-links', due])).toMatchObject(lapsed);
    expect(await ada.json(['runs', 'follow', 'close-links', due])).toMatchObject(lapsed);
    const { runs } = (await ada.json(['runs', 'list', 'close-links'])).value as { runs: { due: string; state: string }[] };
    expect(runs.find((run) => run.due === due)).toMatchObject({ state: 'lapsed' });
    const { jobs } = (await ada.json(['status'])).value as { jobs: { job: string; lastRun?: { due: string; state: string } }[] };
    expect(jobs.find(({ job }) => job === 'close-links')?.lastRun).toMatchObject({ due, state: 'lapsed' });
    expect((await ada.json(['redrive', 'close-links'])).value).toMatchObject({ due, was: 'lapsed' });
    await put(due, 'done');
  });

  it('stops a run that goes on, and only such a one', async () => {
    await put('2026-11-21T02:00:00Z', 'running');
    const { exitCode, value } = await ada.json(['stop', 'close-links', '2026-11-21T02:00:00Z', '--reason', 'Wrong rule']);
    expect({ exitCode, value }).toMatchObject({ exitCode: 0, value: { run: 'run of 2026-11-21T02:00:00Z', stopped: true } });
    const Key = { pk: { S: 'stop#close-links' }, sk: { S: 'run of 2026-11-21T02:00:00Z' } };
    const { Item } = await dynamodb.send(new GetItemCommand({ TableName: stage.sandbox.runsTable, Key }));
    expect(Item).toMatchObject({ by: { S: byAda }, reason: { S: 'Wrong rule' } });
    expect(await ada.cli(['stop', 'close-links', '2026-11-17T02:00:00Z', '--reason', 'x'])).toMatchObject({ exitCode: 2 });
    await put('2026-11-21T02:00:00Z', 'running', { pk: { S: 'job#storage-report' } });
    const plain = await ada.cli(['stop', 'storage-report', '2026-11-21T02:00:00Z', '--reason', 'x']);
    expect(plain).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/^COMMAND_INVALID: Let it end/) });
    const key = { pk: { S: 'stop#storage-report' }, sk: { S: 'run of 2026-11-21T02:00:00Z' } };
    expect((await dynamodb.send(new GetItemCommand({ TableName: stage.sandbox.runsTable, Key: key }))).Item).toBeUndefined();
  });

  it('sees that a run was stopped, and may start it again', async () => {
    const due = '2026-11-13T02:00:00Z';
    await put(due, 'failed', { code: { S: 'RUN_STOPPED' }, startedAt: { N: String(Date.now()) } });
    expect(await ada.json(['runs', 'show', 'close-links', due])).toMatchObject({ exitCode: 1, value: { state: 'stopped' } });
    expect((await ada.json(['redrive', 'close-links'])).value).toMatchObject({ due });
  });

  it('pauses the stage and lets it go on, and everybody sees that and why', async () => {
    expect((await ada.cli(['pause', '--reason', 'Box \u001Bincident'])).exitCode).toBe(0);
    const { stdout } = await stage.cli(['status']);
    expect(stdout).toMatch(/Paused since [\dT:.Z-]+: Box \uFFFDincident/);
    expect((await ada.cli(['resume', '--reason', 'Over'])).exitCode).toBe(0);
    expect((await stage.json(['status'])).value).toMatchObject({ paused: null });
  });

  it('looks at runs: all, one, and one until it ends', async () => {
    const list = (await ada.json(['runs', 'list', 'close-links', '--last', '3'])).value as { runs: { due: string; state: string }[] };
    expect(list.runs).toHaveLength(3);
    expect(await ada.cli(['runs', 'show', 'close-links', '2026-11-20T02:00:00Z'])).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('failed'),
    });
    expect(await ada.json(['runs', 'show', 'close-links', '2026-11-17T02:00:00Z'])).toMatchObject({
      exitCode: 0,
      value: { state: 'done' },
    });
    const shards = [1, 2].map((shard) => ({ shard, execution: 1, ...noProgress, done: 10, failed: shard }));
    for (const shard of shards) await progressIn(dynamodb, stage.sandbox.runsTable).put('run of each', shard);
    await put('2026-11-15T02:00:00Z', 'running', { run: { S: 'run of each' }, users: { N: '46' }, startedBy: { S: 'scheduler' } });
    const each = await ada.cli(['runs', 'show', 'close-links', '2026-11-15T02:00:00Z']);
    expect(each.stdout).toContain('[###############---------------] 50 %, 23 of 46,');
    expect(each.stdout).toContain('\n  started by its schedule\n');
    const reasons = { M: { BOX_GRANT_REFUSED: { N: '2' }, JOB_FAILED: { N: '1' } } };
    const found = { users: { N: '46' }, done: { N: '43' }, failed: { N: '3' }, calls: { N: '900' }, waits: { N: '2' } };
    const rest = { waitedSeconds: { N: '120' }, costUSD: { N: '0.0312' }, report: { S: 'reports/close-links/manifest.json' } };
    await put('2026-11-14T02:00:00Z', 'failed', { code: { S: 'TOO_MANY_FAILED' }, ...found, reasons, ...rest });
    const failed = await ada.cli(['runs', 'show', 'close-links', '2026-11-14T02:00:00Z']);
    expect(failed.stdout).toContain('43 of 46 users done, 3 failed (BOX_GRANT_REFUSED 2, JOB_FAILED 1)');
    expect(failed.stdout).toContain('900 calls to Box, 2 waits of 2 min in all, about 0.03 USD');
    expect(failed.stdout).toContain('report reports/close-links/manifest.json');
    const following = ada.json(['runs', 'follow', 'close-links', '2026-11-21T02:00:00Z']);
    setTimeout(() => void put('2026-11-21T02:00:00Z', 'done', { counts: { M: { closed: { N: '3' } } } }), 300);
    expect(await following).toMatchObject({ exitCode: 0, value: { state: 'done', counts: { closed: 3 } } });
  });

  it('sees a bar that grows while it follows a run on a terminal, and in a pipe nothing before the end', async () => {
    const due = '2026-11-10T02:00:00Z';
    await put(due, 'running', { run: { S: 'run with a bar' }, users: { N: '40' } });
    const shard = { ...noProgress, shard: 1, execution: 1 };
    const table = progressIn(dynamodb, stage.sandbox.runsTable);
    await table.put('run with a bar', { ...shard, done: 10 });
    setTimeout(() => void table.put('run with a bar', { ...shard, done: 30 }), 500);
    setTimeout(() => void put(due, 'done'), 2_200);
    const follow = ['runs', 'follow', 'close-links', due, '--stage', 'sandbox'] as const;
    const [terminal, pipe] = await Promise.all([typedInto({ isTTY: true }, ...follow), typedInto({ isTTY: false }, ...follow)]);
    expect(terminal).toContain(`\r[${'#'.repeat(8)}${'-'.repeat(22)}] 25 %, 10 of 40,`);
    expect(terminal).toContain(`\r[${'#'.repeat(23)}${'-'.repeat(7)}] 75 %, 30 of 40,`);
    expect(terminal.endsWith('\r\u001B[K')).toBe(true);
    expect(pipe).toBe('');
  });

  it('can’t start a job by invoking it, where they could say that somebody else did', async () => {
    const calls = stage.sandbox.aws.journal.calls({ action: 'lambda:InvokeFunction' });
    const jobs = stage.sandbox.jobs.map((job) => stage.sandbox.functionName(job));
    const starters = calls.filter(({ resource }) => jobs.some((name) => resource.includes(name))).map(({ principal }) => principal);
    expect(starters.length).toBeGreaterThan(3);
    expect(starters.filter((principal) => !/Operations/i.test(principal))).toEqual([]);
  });
});

describe('a request that the command line would not send', () => {
  const url = () => stage.sandbox.aws.outputs('Nightporter-sandbox-Jobs').OperationsUrl ?? '';
  const credential = () => {
    const { accessKeyId, region } = stage.sandbox.aws.operator;
    return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20261122/${region}/lambda/aws4_request, SignedHeaders=host, Signature=none`;
  };
  const ask = async (body: string, method = 'POST') => {
    const headers = { authorization: credential(), 'content-type': 'application/json' };
    const response = await fetch(url(), { method, headers, ...(method === 'POST' && { body }) });
    return { status: response.status, ...((await response.json()) as { error?: { code: string } }) };
  };

  it.each([
    '',
    'x',
    '{}',
    '{"operation":"approve"}',
    '{"operation":"run","job":"storage-report","id":"a/b"}',
    '{"operation":"run","job":"storage-report","id":"a","startedBy":"arn:aws:iam::000000000000:user/somebody"}',
    '{"operation":"redrive","job":"storage-report","due":"yesterday"}',
    '{"operation":"pause","reason":" "}',
    `{"operation":"pause","reason":"${'x'.repeat(70_000)}"}`,
  ])('is refused: %.90s', async (body) => {
    expect(await ask(body)).toMatchObject({ status: 400, error: { code: 'COMMAND_INVALID' } });
  });

  it('is refused by another method, and for a job that there is not', async () => {
    expect(await ask('', 'GET')).toMatchObject({ status: 400, error: { code: 'EVENT_INVALID' } });
    expect(await ask('{"operation":"run","job":"__proto__","id":"a"}')).toMatchObject({ status: 400, error: { code: 'COMMAND_INVALID' } });
  });
});
