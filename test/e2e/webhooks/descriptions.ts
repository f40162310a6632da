import { join } from 'node:path';
import { type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Clock } from '../../sandbox/box/clock.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { type StageAssembly, stageWith } from '../stage-with.ts';

const fixture = join(import.meta.dirname, 'describe-uploads.ts');

/** A stage that answers one webhook, `describe-uploads`. */
export function stageOfDescriptions(): Promise<StageAssembly> {
  return stageWith({ settings: { inventoryUser: '11000001', inbox: '1' }, webhooks: { 'describe-uploads': true } }, [fixture]);
}

/** Box sends what is due, and the handler gets what is visible. @returns what Box was answered */
export async function pass({ box, aws }: Sandbox, clock: Clock, milliseconds = 0): Promise<readonly number[]> {
  clock.advance(milliseconds);
  // One at a time, so that one container receives them all.
  const attempts = await box.webhooks.deliverDue(1);
  await aws.events.drain();
  return attempts.map(({ status }) => status);
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
