import { GetQueueUrlCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { describe, expect, inject, it } from 'vitest';
import type { BoxOptions } from '../sandbox/box/options.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { altered, onFunctions, withoutAction } from './altered.ts';

/** A night that must fail with this code, leave no report behind, and say so in metrics. */
async function expectFailure(sandbox: Sandbox, code: string, job = 'storage-report'): Promise<string> {
  const attempt = await sandbox.run(job);
  const logs = sandbox.aws.logs(sandbox.functionName(job)).join('\n');
  expect(attempt.outcome).toBe('error');
  expect(logs).toContain(`"error":"${code}"`);
  expect(await sandbox.reportKeys()).toEqual([]);
  expect(sandbox.aws.metrics().filter(({ name }) => name === 'RunFailed')).toHaveLength(1);
  const { errorMessage } = attempt.payload as { errorMessage: string };
  // One sentence or two that say what to do, and no stack.
  expect(errorMessage).toMatch(/^[A-Z][^\n]{20,600}$/);
  return errorMessage;
}

const open = (box: BoxOptions = {}, assembly = inject('assembly')) => openSandbox({ assembly, box: { users: 50, ...box } });

describe('a night without usable credentials', () => {
  it('says that the secret has no value yet', async () => {
    await using sandbox = await open();
    expect(await expectFailure(sandbox, 'SECRET_EMPTY')).toContain('no value yet');
    expect(sandbox.box.journal.entries).toEqual([]);
  });

  it.each([
    ['{"boxAppSettings":', 'not JSON'],
    ['{"boxAppSettings":{"clientID":"a","clientSecret":""},"enterpriseID":"1"}', 'boxAppSettings.clientSecret'],
    ['{"boxAppSettings":{"clientID":"a","clientSecret":"b"}}', 'enterpriseID'],
  ])('names what is wrong with the secret %s', async (secret, fault) => {
    await using sandbox = await open();
    await sandbox.putSecret(secret);
    expect(await expectFailure(sandbox, 'SECRET_INVALID')).toContain(fault);
  });

  it('explains a wrong enterprise', async () => {
    await using sandbox = await open();
    const { clientId, clientSecret } = sandbox.box.app;
    await sandbox.putSecret(JSON.stringify({ boxAppSettings: { clientID: clientId, clientSecret }, enterpriseID: '4711' }));
    const sentence = await expectFailure(sandbox, 'BOX_GRANT_REFUSED');
    expect(sentence).toMatch(/Likely: .*\[.* > Enterprise ID\]$/);
    expect(sentence).not.toContain('App Access Only');
  });

  it('explains an app that nobody authorized', async () => {
    await using sandbox = await open({ appSettings: { authorized: false } });
    await sandbox.putSecret();
    expect(await expectFailure(sandbox, 'BOX_GRANT_REFUSED')).toContain('Authorize the app again');
  });
});

describe('a night in which Box has trouble', () => {
  it('rides over a single 500 in the middle of the pages', async () => {
    await using sandbox = await open({ users: 2_500 });
    await sandbox.putSecret();
    sandbox.box.faults.once({ path: '/2.0/users', nth: 2 }, { kind: 'status', status: 500, headers: { 'retry-after': '0' } });
    expect(await sandbox.run('storage-report')).toMatchObject({ outcome: 'response', payload: { users: 2_500 } });
  });

  it('ends at once when Box asks to wait longer for a token than the run has, and says how long', async () => {
    await using sandbox = await open();
    await sandbox.putSecret();
    sandbox.box.faults.always({ path: '/oauth2/token' }, { kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
    const late = AbortSignal.timeout(15_000);
    const isLate = new Promise((_, reject) => late.addEventListener('abort', () => reject(new Error('It waits.'))));
    expect(await Promise.race([expectFailure(sandbox, 'BOX_UNREACHABLE'), isLate])).toContain('3600 seconds');
    expect(await Promise.race([sandbox.run('grant-check'), isLate])).toMatchObject({
      payload: { errorMessage: expect.stringContaining('3600 seconds') },
    });
  });

  it('publishes nothing when the pages end in a 500 for good', async () => {
    await using sandbox = await open({ users: 2_500 });
    await sandbox.putSecret();
    sandbox.box.faults.always({ path: '/2.0/users', nth: 1 }, { kind: 'status', status: 500, headers: { 'retry-after': '0' } });
    await expectFailure(sandbox, 'BOX_REQUEST_FAILED');
  });

  it('publishes nothing when a page repeats its marker', async () => {
    await using sandbox = await open({ users: 3_500 });
    await sandbox.putSecret();
    sandbox.box.faults.once({ path: '/2.0/users', nth: 1 }, { kind: 'repeatedMarker' });
    await expectFailure(sandbox, 'BOX_PAGE_REPEATED');
  });

  it('reports an enterprise without a managed user, and says so', async () => {
    await using sandbox = await open({ users: 0 });
    await sandbox.putSecret();
    expect(await sandbox.run('storage-report')).toMatchObject({ outcome: 'response', payload: { users: 0 } });
    const page = (await sandbox.reportKeys()).find((key) => key.endsWith('report.html')) ?? '';
    expect(Buffer.from(await sandbox.readReport(page)).toString()).toMatch(/no managed users?/i);
  });
});

describe('a night in which the app sees nobody', () => {
  it('names the access level and the setting, in the report and in the log', async () => {
    await using sandbox = await open({ appSettings: { access: 'app' } });
    await sandbox.putSecret();
    expect(await sandbox.run('storage-report')).toMatchObject({ outcome: 'response', payload: { users: 0 } });
    const page = (await sandbox.reportKeys()).find((key) => key.endsWith('report.html')) ?? '';
    expect(Buffer.from(await sandbox.readReport(page)).toString()).toMatch(/App \+ Enterprise Access.*App Access Level/);
    const warned = sandbox.aws.logs(sandbox.functionName('storage-report')).filter((line) => line.includes('"level":"WARN"'));
    expect(warned.join()).toMatch(/App \+ Enterprise Access.*App Access Level/);
  });
});

describe('a night in which AWS refuses', () => {
  it('publishes nothing when S3 refuses the write', async () => {
    await using assembly = await altered(inject('assembly'), withoutAction('s3:PutObject'));
    await using sandbox = await open({}, assembly.folder);
    await sandbox.putSecret();
    expect(await expectFailure(sandbox, 'REPORT_NOT_WRITTEN')).toContain('AccessDenied');
  });

  it('does nothing at all when the run can not be claimed', async () => {
    await using assembly = await altered(inject('assembly'), withoutAction('dynamodb:UpdateItem'));
    await using sandbox = await open({}, assembly.folder);
    await sandbox.putSecret();
    await expectFailure(sandbox, 'RUN_NOT_CLAIMED');
    expect(sandbox.box.journal.entries.filter(({ path }) => path === '/2.0/users')).toEqual([]);
  });
});

describe('a night that is too short', () => {
  it('ends as RUN_TOO_LONG, before Lambda would kill it, with nothing published', async () => {
    await using assembly = await altered(inject('assembly'), onFunctions({ Timeout: 3 }));
    await using sandbox = await open({ users: 25_000 }, assembly.folder);
    await sandbox.putSecret();
    sandbox.box.faults.always({ path: '/2.0/users' }, { kind: 'slow', milliseconds: 100 });
    expect(await expectFailure(sandbox, 'RUN_TOO_LONG')).toContain('nothing was published');
  });

  it('goes into the failure queue with the event that started it', async () => {
    await using sandbox = await open();
    await sandbox.run('storage-report', new Date('2026-11-22T02:00:00Z'));
    const [sent, ...more] = sandbox.aws.journal.calls({ action: 'sqs:SendMessage' });
    expect(more).toEqual([]);
    const { operator, endpoint } = sandbox.aws;
    const sqs = new SQSClient({ region: operator.region, credentials: operator, endpoint });
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: sent?.resource.split(':').at(-1) }));
    const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(Messages?.[0]?.Body ?? '{}').requestPayload).toMatchObject({ scheduledTime: '2026-11-22T02:00:00Z' });
  });
});
