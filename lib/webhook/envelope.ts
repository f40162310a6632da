import { isUtf8 } from 'node:buffer';

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

/** What is packed: text stands for its bytes in UTF-8. */
export type Packable = Omit<Envelope, 'body'> & { readonly body: string | Buffer };

/**
 * Whatever SQS does not take in a message; a half of a surrogate pair is no text at all.
 * docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
const unsendable = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

/** Text goes as it is where SQS hands it over unchanged: it is a quarter shorter, and people can read it. All else goes as base64. */
export function pack({ body, deliveryId, sentAt }: Packable, more: Readonly<Record<string, string>> = {}): QueueMessage {
  const group = groupOf(body);
  const text = sendableText(body);
  return {
    MessageBody: text ?? Buffer.from(body as string).toString('base64'),
    ...(group !== undefined && { MessageGroupId: group }),
    MessageAttributes: attributes({ deliveryId, sentAt: String(sentAt), ...(text !== undefined && { encoding: 'text' }), ...more }),
  };
}

function sendableText(body: string | Buffer): string | undefined {
  if (body.length === 0 || (typeof body !== 'string' && !isUtf8(body))) return undefined;
  const text = body.toString();
  return unsendable.test(text) ? undefined : text;
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
    body: Buffer.from(body, messageAttributes.encoding?.stringValue === 'text' ? 'utf8' : 'base64'),
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

function groupOf(body: string | Buffer): string | undefined {
  return causer.exec(typeof body === 'string' ? body.slice(0, 1024) : body.toString('latin1', 0, 1024))?.[1];
}
