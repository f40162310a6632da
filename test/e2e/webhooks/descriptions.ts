import { join } from 'node:path';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { Clock } from '../../sandbox/box/clock.ts';
import { openSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from '../stage-with.ts';

const fixture = join(import.meta.dirname, 'describe-uploads.ts');

/** A stage that answers one webhook, `describe-uploads`, for all tests of a file; each has a clock of its own. */
export function describingStage(box: SandboxOptions['box'] = {}) {
  let stage: StageAssembly;
  let clock: Clock;
  beforeAll(async () => {
    stage = await stageWith({ settings: { inventoryUser: '11000001', inbox: '1' }, webhooks: { 'describe-uploads': true } }, [fixture]);
  }, 60_000);
  afterAll(() => stage[Symbol.asyncDispose]());
  beforeEach(() => {
    clock = new Clock();
  });
  return {
    now: () => clock.now(),
    /** Before it is opened. */
    startAt(time: number): void {
      clock = new Clock(time);
    },
    async open(): Promise<Sandbox> {
      const { now } = clock;
      const sandbox = await openSandbox({ assembly: stage.folder, box: { users: 5, now, ...box }, aws: { now } });
      await sandbox.putSecret();
      return sandbox;
    },
    /** Box sends what is due, and the handler gets what is visible. @returns what Box was answered */
    async pass({ box, aws }: Sandbox, milliseconds = 0): Promise<readonly number[]> {
      clock.advance(milliseconds);
      // One at a time, so that one container receives them all.
      const attempts = await box.webhooks.deliverDue(1);
      await aws.events.drain();
      return attempts.map(({ status }) => status);
    },
  };
}

export function output({ aws }: Sandbox, name: 'DeadLetters' | 'Handler' | 'Receiver'): string {
  return aws.outputs('Nightporter-sandbox-Webhooks')[`DescribeUploads${name}`] ?? '';
}

export async function deadLetters(sandbox: Sandbox): Promise<readonly Message[]> {
  const { operator, endpoint } = sandbox.aws;
  const sqs = new SQSClient({ region: operator.region, credentials: operator, endpoint });
  const QueueUrl = output(sandbox, 'DeadLetters');
  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['All'] }));
  return Messages;
}
