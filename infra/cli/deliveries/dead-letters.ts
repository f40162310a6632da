import { ChangeMessageVisibilityBatchCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type Envelope, unpack } from '../../../lib/webhook/envelope.ts';
import { parseWebhookEvent, type ReceivedEvent } from '../../../lib/webhook/event.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import type { DeployedWebhook } from '../deployment.ts';

/** An event that was given up. */
export interface DeadLetter {
  readonly envelope: Envelope;
  /** Undefined for a message that is none, however well it was signed. */
  readonly event: ReceivedEvent | undefined;
  /** Error code of the last attempt; undefined where the handler never came to say one. */
  readonly reason: string | undefined;
  readonly attempts: number | undefined;
  readonly receiptHandle: string;
}

const hiddenSeconds = 60;
const atOnce = 10;
/** More than anybody reads. */
const most = 500;

export interface Found {
  readonly client: SQSClient;
  /** There may be more than was looked at. */
  readonly isCut: boolean;
}

/** Looks at a dead-letter queue. What is looked at is hidden from others meanwhile, and given back at the end. */
export async function withDeadLetters<T>(
  cli: Pick<Cli, 'aws'>,
  { deadLettersUrl: QueueUrl }: DeployedWebhook,
  look: (letters: readonly DeadLetter[], found: Found) => Promise<T>,
): Promise<T> {
  const client = new SQSClient(cli.aws);
  const letters: DeadLetter[] = [];
  try {
    let isCut = true;
    // Whatever was received is in the list before anything can end the loop: it is hidden until it is given back.
    while (isCut && letters.length < most) {
      const messages = await receive(client, QueueUrl);
      letters.push(...messages.map(letterOf));
      isCut = messages.length > 0;
    }
    return await look(letters, { client, isCut });
  } finally {
    await giveBack(client, QueueUrl, letters);
  }
}

async function receive(client: SQSClient, QueueUrl: string): Promise<readonly Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl,
    MaxNumberOfMessages: atOnce,
    VisibilityTimeout: hiddenSeconds,
    // Asked for an answer at once, SQS looks at some of its servers only, and may say of a full queue that it is empty.
    WaitTimeSeconds: 1,
    MessageAttributeNames: ['All'],
  });
  const { Messages = [] } = await askAws('sqs:ReceiveMessage', client.send(command));
  return Messages;
}

/** One that was deleted meanwhile is no matter: SQS answers for each by itself. */
async function giveBack(client: SQSClient, QueueUrl: string, letters: readonly DeadLetter[]): Promise<void> {
  for (let from = 0; from < letters.length; from += atOnce) {
    const Entries = letters
      .slice(from, from + atOnce)
      .map(({ receiptHandle }, index) => ({ Id: String(index), ReceiptHandle: receiptHandle, VisibilityTimeout: 0 }));
    await askAws('sqs:ChangeMessageVisibility', client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries })));
  }
}

function letterOf({ Body = '', MessageAttributes = {}, ReceiptHandle = '' }: Message): DeadLetter {
  const values = Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, { stringValue: StringValue }]);
  const envelope = unpack({ body: Body, messageAttributes: Object.fromEntries(values) });
  const attempts = MessageAttributes.attempts?.StringValue;
  return {
    envelope,
    event: eventIn(envelope),
    reason: MessageAttributes.reason?.StringValue,
    attempts: attempts === undefined ? undefined : Number(attempts),
    receiptHandle: ReceiptHandle,
  };
}

function eventIn({ body }: Envelope): ReceivedEvent | undefined {
  try {
    return parseWebhookEvent(body);
  } catch {
    return undefined;
  }
}
