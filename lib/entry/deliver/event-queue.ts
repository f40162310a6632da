import { ChangeMessageVisibilityCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { environment, required } from '../../env.ts';
import { awsClientOptions } from '../../http/aws-request-handler.ts';
import { pack, type QueueRecord, unpack } from '../../webhook/envelope.ts';

/** A message as Lambda's event source hands it over. */
export interface DeliveredRecord extends QueueRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** What can be done with a message besides handling it. */
export interface EventQueue {
  /** Nobody gets it before so many ms are over. */
  hide(record: DeliveredRecord, ms: number): Promise<unknown>;
  /** Copies it to the dead-letter queue, with the reason; afterwards it may be deleted from its own. */
  giveUp(record: DeliveredRecord, reason: string, attempts: number): Promise<unknown>;
}

export function openEventQueue(): EventQueue {
  const client = new SQSClient({ ...awsClientOptions() });
  const QueueUrl = required(environment.webhookQueueUrl);
  const deadLetters = required(environment.webhookDeadLettersUrl);
  return {
    hide: ({ receiptHandle }, ms) =>
      client.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: Math.ceil(Math.max(0, ms) / 1000),
        }),
      ),
    giveUp: (record, reason, attempts) =>
      client.send(new SendMessageCommand({ QueueUrl: deadLetters, ...pack(unpack(record), { reason, attempts: String(attempts) }) })),
  };
}
