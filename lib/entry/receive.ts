import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { environment, required } from '../env.ts';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { type Packable, pack } from '../webhook/envelope.ts';
import { type Receipt, receiver } from '../webhook/receiver.ts';
import { type HttpEvent, refusals } from '../webhook/signed-request.ts';
import { signingKeysFrom } from '../webhook/signing-keys.ts';
import { functionLog } from './function-log.ts';
import { tally } from './receive/tally.ts';
import { scrub } from './scrub.ts';
import { warmUpMs } from './warm-up.ts';

/** What a function URL and an HTTP API send back. */
export interface HttpAnswer {
  readonly statusCode: number;
}

/** Box gives up after 30 s and tries again later; a queue that is slower than this is as good as down. */
const enqueueTimeoutMs = 8_000;

/**
 * A webhook's way in: what is verifiably Box's goes into the queue, and Box hears so only then. Knows neither handlers nor payloads, and
 * can do nothing else with its role.
 */
export async function receive(): Promise<(event: HttpEvent) => Promise<HttpAnswer>> {
  const log = functionLog();
  const keys = signingKeysFrom(new SecretsManagerClient({ ...awsClientOptions(), maxAttempts: 2 }), required(environment.signingKeysArn));
  const queue = new SQSClient({ ...awsClientOptions() });
  const QueueUrl = required(environment.webhookQueueUrl);
  const { count, failed } = tally(log);
  const enqueue = (message: Packable): Promise<unknown> => {
    const send = new SendMessageCommand({ QueueUrl, ...pack(message) });
    return queue.send(send, { abortSignal: AbortSignal.timeout(enqueueTimeoutMs) });
  };
  const receiveOne = receiver({ keys, enqueue, failed });
  // Whatever fails here is tried again with the first message.
  await Promise.race([keys.get().catch(() => undefined), new Promise((resolve) => setTimeout(resolve, warmUpMs).unref())]);
  return scrub(async (event) => {
    const receipt = await receiveOne(event);
    count(receipt);
    return { statusCode: statusOf(receipt) };
  });
}

function statusOf(receipt: Receipt): number {
  return receipt === 'accepted' ? 202 : refusals[receipt];
}
