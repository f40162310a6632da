/** A verified message on its way from the receiver to its handler. */
export interface Envelope {
  /** The bytes that Box signed. */
  readonly body: Buffer;
  /** Box's id of this delivery; not signed. */
  readonly deliveryId: string;
  /** When Box sent it, in ms. */
  readonly sentAt: number;
}

/** The part of SQS's `SendMessage` that depends on the message. */
export interface QueueMessage {
  readonly MessageBody: string;
  /** On a standard queue it makes the queue fair: whoever causes a flood waits, the others don't. */
  readonly MessageGroupId?: string;
  readonly MessageAttributes: Readonly<Record<string, { readonly DataType: 'String'; readonly StringValue: string }>>;
}

/** Base64, because SQS takes text without most control characters and hands bytes over unchanged in no other way. */
export function pack({ body, deliveryId, sentAt }: Envelope, more: Readonly<Record<string, string>> = {}): QueueMessage {
  const group = groupOf(body);
  return {
    MessageBody: body.toString('base64'),
    ...(group !== undefined && { MessageGroupId: group }),
    MessageAttributes: attributes({ deliveryId, sentAt: String(sentAt), ...more }),
  };
}

export function attributes(values: Readonly<Record<string, string>>): QueueMessage['MessageAttributes'] {
  return Object.fromEntries(Object.entries(values).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]));
}

/** A message as Lambda's event source hands it over. */
export interface QueueRecord {
  readonly body: string;
  readonly messageAttributes?: Readonly<Record<string, { readonly stringValue?: string | undefined }>>;
}

export function unpack({ body, messageAttributes = {} }: QueueRecord): Envelope {
  return {
    body: Buffer.from(body, 'base64'),
    deliveryId: messageAttributes.deliveryId?.stringValue ?? 'unknown',
    sentAt: Number(messageAttributes.sentAt?.stringValue ?? 0),
  };
}

/**
 * Who did it, not what it was done to: a flood is one person or program that copies a thousand files, each of which would have a group of its
 * own, and then nothing would be unfair. It stands in the first lines of what Box writes. A guess is enough: a wrong one costs fairness and
 * nothing else.
 */
const causer = /"created_by"\s*:\s*\{[^{}]{0,300}?"id"\s*:\s*"(\d{1,20})"/;

function groupOf(body: Buffer): string | undefined {
  return causer.exec(body.toString('latin1', 0, 1024))?.[1];
}
