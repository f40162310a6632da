import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

/** How many messages a queue holds, as nearly as SQS knows. */
export interface QueueDepth {
  /** Not taken yet. */
  readonly waiting: number;
  /** Being handled, or hidden until the next attempt. */
  readonly underWay: number;
}

export async function queueDepth(cli: Pick<Cli, 'aws'>, QueueUrl: string): Promise<QueueDepth> {
  const command = new GetQueueAttributesCommand({
    QueueUrl,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  });
  const { Attributes = {} } = await askAws('sqs:GetQueueAttributes', new SQSClient(cli.aws).send(command));
  return {
    waiting: Number(Attributes.ApproximateNumberOfMessages ?? 0),
    underWay: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}
