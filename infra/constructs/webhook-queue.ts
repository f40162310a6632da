import { Duration } from 'aws-cdk-lib';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { maxMessageBytes } from '../../lib/declare/webhook-limits.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';

export interface WebhookQueueProps {
  /** Of the function that takes messages from it. */
  readonly timeout: Duration;
}

/**
 * After so many receipts SQS itself moves a message, without a reason. The handler's own count of attempts comes first; this is for events
 * that kill whoever handles them.
 */
export const maxReceiveCount = 60;

/** Where events wait for their handler: fair by message group, so that a flood from one person does not hold up the others. */
export class WebhookQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { timeout }: WebhookQueueProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      maxMessageSizeBytes: maxMessageBytes,
      // The handler sets shorter ones; this is for a container that died. Copies that come too early find the event's record.
      visibilityTimeout: timeout.plus(Duration.minutes(1)),
      deadLetterQueue: { queue: this.deadLetters as IQueue, maxReceiveCount },
    });
  }
}
