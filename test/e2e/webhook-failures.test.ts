import { join } from 'node:path';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Clock, minute } from '../sandbox/box/clock.ts';
import { openSandbox, type Sandbox } from '../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from './stage-with.ts';
import { answeredFolder } from './webhooks/answered-folder.ts';

const fixture = join(import.meta.dirname, 'webhooks/describe-uploads.ts');
let stage: StageAssembly;
let clock: Clock;

beforeAll(async () => {
  stage = await stageWith({ settings: { inventoryUser: '11000001', inbox: '1' }, webhooks: { 'describe-uploads': true } }, [fixture]);
}, 60_000);
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(() => {
  clock = new Clock();
});

async function open(): Promise<Sandbox> {
  const { now } = clock;
  const sandbox = await openSandbox({ assembly: stage.folder, box: { users: 5, now }, aws: { now } });
  await Promise.all([sandbox.putSecret(), sandbox.putSigningKeys()]);
  return sandbox;
}

/** Box sends what is due, and the handler gets what is visible. @returns what Box was answered */
async function pass({ box, aws }: Sandbox, milliseconds = 0): Promise<readonly number[]> {
  clock.advance(milliseconds);
  const attempts = await box.webhooks.deliverDue(1);
  await aws.events.drain();
  return attempts.map(({ status }) => status);
}

const output = ({ aws }: Sandbox, name: string) => aws.outputs('Nightporter-sandbox-Webhooks')[`DescribeUploads${name}`] ?? '';

async function deadLetters(sandbox: Sandbox): Promise<readonly unknown[]> {
  const { operator, endpoint } = sandbox.aws;
  const sqs = new SQSClient({ region: operator.region, credentials: operator, endpoint });
  const QueueUrl = output(sandbox, 'DeadLetters');
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
  return Messages.map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue);
}

describe('a handler that Box puts off', () => {
  it('by nothing at all, for two hours, is not called so often that the queue throws the event out', { timeout: 120_000 }, async () => {
    await using sandbox = await open();
    const { box } = sandbox;
    const inbox = await answeredFolder(sandbox);
    box.faults.always({ method: 'PUT', path: /files/ }, { kind: 'status', status: 503, headers: { 'retry-after': '0' } });
    const file = await inbox.upload('patient');
    for (let nth = 0; nth < 120; nth++) await pass(sandbox, minute);
    box.faults.clear();
    expect(await deadLetters(sandbox)).toEqual([]);
    await pass(sandbox, 16 * minute);
    expect([inbox.writes(file), await deadLetters(sandbox)]).toEqual([1, []]);
  });
});

describe('an event that kills its handler', () => {
  it('is given up after the hours that every event has, as such, without being handed over once more', { timeout: 120_000 }, async () => {
    await using sandbox = await open();
    const { aws, box } = sandbox;
    const inbox = await answeredFolder(sandbox);
    const file = await inbox.upload('deadly');
    const reads = () => box.journal.entries.filter(({ path, method }) => method === 'GET' && path === `/2.0/files/${file}`).length;
    box.faults.always({ method: 'GET', path: `/2.0/files/${file}` }, { kind: 'hang' });
    for (let deaths = 0; deaths < 5; deaths++) {
      const passed = pass(sandbox, 61 * minute);
      while (reads() <= deaths) await new Promise((resolve) => setTimeout(resolve, 5));
      await aws.kill(output(sandbox, 'Handler'));
      await passed;
    }
    await pass(sandbox, 61 * minute);
    expect([reads(), await deadLetters(sandbox)]).toEqual([5, ['HANDLER_DIED']]);
    expect(aws.metrics().filter(({ name, value }) => name === 'EventFailed' && value > 0)).toHaveLength(0);
  });
});
