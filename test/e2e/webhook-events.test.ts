import { describe, expect, it, vi } from 'vitest';
import { typed } from '../infra/cli/typed.ts';
import { minute } from '../sandbox/box/clock.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { answeredFolder } from './webhooks/answered-folder.ts';
import { deadLetters, describingStage, output } from './webhooks/descriptions.ts';
import { givenUp } from './webhooks/given-up.ts';

const keys = { primary: 'the first key of the app', secondary: 'the second key of the app' };
const { startAt, open, pass } = describingStage({ signatureKeys: keys });

describe('what Box sends', () => {
  it('is accepted at once and handled once, however often it is sent', async () => {
    await using sandbox = await open();
    await sandbox.putSigningKeys();
    const { box, aws } = sandbox;
    const inbox = await answeredFolder(sandbox);
    const file = await inbox.upload('größe');
    expect(await pass(sandbox)).toEqual([202]);
    expect(await inbox.description(file)).toBe(`seen ${file}`);

    // The answer to the second one is lost on its way to Box, which sends the event again, as another delivery.
    aws.faults.once({ action: 'sqs:SendMessage' }, { kind: 'answerLost' });
    const second = await inbox.upload('second');
    await pass(sandbox);
    await pass(sandbox, minute);
    expect([inbox.writes(file), inbox.writes(second)]).toEqual([1, 1]);
    expect(box.webhooks.queue.waiting).toEqual([]);
  });

  it('waits at Box while the signing keys are not there yet', async () => {
    await using sandbox = await open();
    const inbox = await answeredFolder(sandbox);
    const file = await inbox.upload('early');
    expect(await pass(sandbox)).toEqual([503]);
    await sandbox.putSigningKeys();
    expect(await pass(sandbox, minute)).toEqual([202]);
    expect(await inbox.description(file)).toBe(`seen ${file}`);
  });

  it('is refused when others send it, and costs neither a read of the secret nor a log line each', async () => {
    await using sandbox = await open();
    await sandbox.putSigningKeys();
    const inbox = await answeredFolder(sandbox);
    await inbox.upload('a');
    await pass(sandbox);
    sandbox.box.webhooks.queue.setKeys({ primary: 'not a key of the app', secondary: 'neither is this one' });
    const logged = logOf(sandbox, 'Receiver').length;
    const reads = readsOfSecrets(sandbox);
    for (let nth = 0; nth < 20; nth++) await inbox.upload(`forged ${nth}`);
    expect(new Set(await pass(sandbox, minute))).toEqual(new Set([401]));
    expect(logOf(sandbox, 'Receiver').length - logged).toBeLessThan(5);
    expect(readsOfSecrets(sandbox) - reads).toBe(1);
  });
});

describe('a signing key that is reset', () => {
  it('is no matter while the other one serves, and the new one is found without a deploy', async () => {
    await using sandbox = await open();
    await sandbox.putSigningKeys();
    const { queue } = sandbox.box.webhooks;
    const inbox = await answeredFolder(sandbox);
    await inbox.upload('a');
    expect(await pass(sandbox)).toEqual([202]);
    queue.setKeys({ ...keys, primary: 'a new first key of the app' });
    await inbox.upload('b');
    expect(await pass(sandbox, minute)).toEqual([202]);
    await sandbox.putSigningKeys();
    queue.setKeys({ primary: 'a new first key of the app', secondary: 'and a new second one, at once' });
    await inbox.upload('c');
    expect(await pass(sandbox, minute)).toEqual([202]);
    // Now neither of the keys that the container knows is Box's.
    queue.setKeys({ primary: 'a third first key of the app', secondary: 'a third second key of the app' });
    await sandbox.putSigningKeys();
    const last = await inbox.upload('d');
    expect(await pass(sandbox, minute)).toEqual([202]);
    expect(await inbox.description(last)).toBe(`seen ${last}`);
  });
});

describe('a handler that fails', () => {
  it('for two hours loses nothing', async () => {
    await using sandbox = await open();
    await sandbox.putSigningKeys();
    const { box, aws } = sandbox;
    const inbox = await answeredFolder(sandbox);
    const files: string[] = [];
    box.faults.always({ method: 'PUT', path: /files/ }, { kind: 'status', status: 503, headers: { 'retry-after': '600' } });
    for (let nth = 0; nth < 12; nth++) {
      if (nth % 3 === 0) files.push(await inbox.upload(`in the dark ${nth}`));
      await pass(sandbox, 10 * minute);
    }
    box.faults.clear();
    expect(files.map((file) => inbox.writes(file))).toEqual([0, 0, 0, 0]);
    await pass(sandbox, 11 * minute);
    for (const file of files) expect(await inbox.description(file)).toBe(`seen ${file}`);
    expect(files.map((file) => inbox.writes(file))).toEqual([1, 1, 1, 1]);
    expect(sentTo(aws, 'DeadLetter')).toEqual([]);
    // Box said when to come back, and was not called before.
    const calls = box.journal.entries
      .filter(({ method, path }) => method === 'PUT' && path === `/2.0/files/${files[0]}`)
      .map(({ at }) => at);
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.slice(1).filter((at, index) => at - (calls[index] ?? 0) < 10 * minute)).toEqual([]);
  });

  it('for longer is given up with the reason, and does not hold up the others', async () => {
    await using sandbox = await open();
    await sandbox.putSigningKeys();
    const { box, aws } = sandbox;
    const inbox = await answeredFolder(sandbox);
    const lost = await inbox.upload('never');
    box.faults.always(
      { method: 'PUT', path: new RegExp(`files/${lost}`) },
      { kind: 'status', status: 503, headers: { 'retry-after': '3600' } },
    );
    const others: string[] = [];
    for (let hour = 0; hour < 6; hour++) {
      others.push(await inbox.upload(`fine ${hour}`));
      await pass(sandbox, 61 * minute);
    }
    expect(sentTo(aws, 'DeadLetter')).toHaveLength(1);
    expect(others.map((file) => inbox.writes(file))).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await deadLetters(sandbox)).toMatchObject([
      { MessageAttributes: { reason: { StringValue: 'BOX_REQUEST_FAILED' }, attempts: { StringValue: '5' } } },
    ]);
    const overdue = aws.metrics().filter(({ name }) => name === 'EventOverdue');
    expect(overdue.length).toBeGreaterThan(0);
  });
});

describe('events that were given up', () => {
  it('are listed with the reason, sent again through the front door, or all at once to the handler', async () => {
    startAt(Date.now());
    await using sandbox = await open();
    await sandbox.putSigningKeys();
    const cli = commandLine(sandbox);
    const inbox = await answeredFolder(sandbox);
    const first = await inbox.upload('first');
    const [event = ''] = await givenUp(sandbox, 'DescribeUploads');
    const listed = await cli('list', '--json');
    expect(listed.exitCode).toBe(1);
    expect(JSON.parse(listed.stdout).webhooks).toMatchObject([
      {
        webhook: 'describe-uploads',
        waiting: 0,
        givenUp: [{ event, source: `file ${first}`, reason: 'BOX_REQUEST_FAILED', attempts: 21 }],
      },
    ]);
    expect(listed.stdout).not.toContain('"name"');
    const status = (...options: readonly string[]) => typed('status', '--stage', 'sandbox', ...options);
    const unhealthy = await status('--json');
    expect(unhealthy.exitCode).toBe(1);
    expect(JSON.parse(unhealthy.stdout)).toMatchObject({
      healthy: false,
      webhooks: [{ webhook: 'describe-uploads', waiting: 0, underWay: 0, givenUp: 1 }],
      webhooksInBox: ['waiting for secret'],
    });
    const { stdout: screen } = await status();
    expect(screen).toMatch(/describe-uploads +0 +0 +1 +why: npx nightporter deliveries list describe-uploads\n/);
    expect(screen).toContain('In Box: waiting for secret');

    expect((await cli('replay', 'describe-uploads', event)).stdout).toContain('Accepted (202)');
    await sandbox.aws.events.drain();
    expect(await inbox.description(first)).toBe(`seen ${first}`);
    expect(await cli('list')).toMatchObject({ exitCode: 0 });
    expect(JSON.parse((await status('--json')).stdout)).toMatchObject({ healthy: true, webhooks: [{ givenUp: 0 }] });

    const second = await inbox.upload('second');
    await givenUp(sandbox, 'DescribeUploads');
    expect((await cli('redrive', 'describe-uploads')).stdout).toContain('1 event on the way');
    await vi.waitFor(async () => {
      await sandbox.aws.events.drain();
      expect(await inbox.description(second)).toBe(`seen ${second}`);
    });
    const shown = await cli('show', 'describe-uploads', event, '--json');
    expect(JSON.parse(shown.stdout)).toMatchObject({ event, state: 'done', attempts: 1, letter: null });
    expect(await cli('show', 'describe-uploads', 'no-such-event')).toMatchObject({ exitCode: 2 });
    expect((await cli('redrive', 'no-such-webhook')).stderr).toContain('is none of describe-uploads');
  });
});

function commandLine({ aws, box }: Sandbox) {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.operator.region,
    AWS_ACCESS_KEY_ID: aws.operator.accessKeyId,
    AWS_SECRET_ACCESS_KEY: aws.operator.secretAccessKey,
    BOX_ENDPOINT_URL: box.url,
  });
  return (...words: readonly string[]) => typed('deliveries', ...words, '--stage', 'sandbox');
}

function logOf(sandbox: Sandbox, what: 'Receiver' | 'Handler'): readonly string[] {
  return sandbox.aws.logs(output(sandbox, what));
}

function readsOfSecrets({ aws }: Sandbox): number {
  return aws.journal.calls({ action: 'secretsmanager:GetSecretValue' }).length;
}

function sentTo(aws: Sandbox['aws'], queue: string): readonly unknown[] {
  return aws.journal.calls({ action: 'sqs:SendMessage' }).filter(({ resource }) => resource.includes(queue));
}
