import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { pack } from '../../../lib/webhook/envelope.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';

/** Lays what waits at Box into the dead-letter queue of a webhook, as if its handler had failed for hours. @returns the ids of the events */
export async function givenUp({ aws, box }: Sandbox, name: string): Promise<readonly string[]> {
  const { endpoint, operator } = aws;
  const sqs = new SQSClient({ endpoint, region: operator.region, credentials: operator });
  const QueueUrl = aws.outputs('Nightporter-sandbox-Webhooks')[`${name}DeadLetters`];
  const waiting = [...box.webhooks.queue.waiting];
  for (const { body, webhook } of waiting) {
    const envelope = { body: Buffer.from(body), deliveryId: 'delivery', sentAt: Date.now() };
    await sqs.send(new SendMessageCommand({ QueueUrl, ...pack(envelope, { reason: 'BOX_REQUEST_FAILED', attempts: '21' }) }));
    box.webhooks.queue.drop(webhook);
  }
  return waiting.map(({ id }) => id);
}
