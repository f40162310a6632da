import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import type { Notifier } from '../declare/capability.ts';
import { NightporterError } from '../errors.ts';

export interface NoticeParts {
  readonly sns: SNSClient;
  readonly topicArn: string;
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly job: string;
  readonly signal: AbortSignal;
  readonly now?: () => number;
}

/** Longer than an event can come again. */
const keptSeconds = 30 * 86_400;

/**
 * Messages to people, each once by its marker, which is written down after it was sent: a crash between the two costs a second mail, and the
 * other way round it would cost the only one.
 */
export function noticesTo({ sns, topicArn, client, table, job, signal, now = Date.now }: NoticeParts): Notifier {
  const options = { abortSignal: signal };
  return {
    async send({ marker, subject, text }) {
      const key = { pk: { S: `notice#${job}` }, sk: { S: marker } };
      try {
        const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }), options);
        if (Item) return 'present';
        await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: subject, Message: `${text}\n\n${job}, ${marker}` }), options);
        const expiresAt = { N: String(Math.floor(now() / 1000) + keptSeconds) };
        await client.send(new PutItemCommand({ TableName: table, Item: { ...key, expiresAt } }), options);
        return 'sent';
      } catch (error) {
        signal.throwIfAborted();
        const name = error instanceof Error ? error.name : 'unknown error';
        const sentence = `Check the topic of alarms and the function's right to publish to it: a message could not be sent (${name}).`;
        // The SDK's errors hold the request; the cause keeps their name alone.
        throw new NightporterError('NOTICE_NOT_SENT', sentence, { cause: new Error(name) });
      }
    },
  };
}
