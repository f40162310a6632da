import * as z from 'zod/mini';
import type { Mode, Webhook } from '../declare/webhook.ts';
import { environment, optional, required } from '../env.ts';
import { NightporterError } from '../errors.ts';
import { createSessions, type Parts } from '../session/session.ts';
import { openDedupe } from '../webhook/open-dedupe.ts';
import { deliverBatch } from './deliver/deliver-batch.ts';
import type { DeliveryParts } from './deliver/deliver-one.ts';
import { type DeliveredRecord, openEventQueue } from './deliver/event-queue.ts';
import { handlerCalls } from './deliver/handler-calls.ts';
import { rehearse } from './deliver/rehearse.ts';
import { functionLog } from './function-log.ts';
import { scrub } from './scrub.ts';
import { warmUp } from './warm-up.ts';

interface Batch {
  readonly Records: readonly DeliveredRecord[];
}

/** Those that stay in the queue. docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html: "Implementing partial batch responses" */
interface BatchAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** A webhook's handler. Loaded and rehearsed in init. */
export async function deliver(webhook: Webhook, parts: Parts): Promise<(batch: Batch) => Promise<BatchAnswer>> {
  const log = functionLog();
  const prepare = async (): Promise<DeliveryParts> => ({
    name: required(environment.job),
    webhook,
    mode: readMode(),
    log,
    sessions: await createSessions(webhook, parts, log, handlerCalls(webhook)),
    dedupe: openDedupe(required(environment.eventsTable)),
    queue: openEventQueue(),
  });
  let prepared = await prepare().catch(() => undefined);
  if (prepared) await warm(prepared);
  return scrub(async ({ Records }) => {
    try {
      prepared ??= await prepare();
    } catch (error) {
      log.failure('No event was handled.', error);
      throw error;
    }
    void prepared.sessions.look();
    const again = await deliverBatch(Records, prepared);
    log.tell();
    return { batchItemFailures: again.map(({ messageId }) => ({ itemIdentifier: messageId })) };
  });
}

/** Connections, token and code paths. */
async function warm(parts: DeliveryParts): Promise<void> {
  await warmUp((budget) => [parts.sessions.warm(budget), parts.dedupe.warm(budget), parts.sessions.look(budget)]);
  await rehearse(parts);
}

function readMode(): Mode | undefined {
  const parsed = z.optional(z.enum(['report', 'enforce'])).safeParse(optional(environment.webhookMode));
  if (parsed.success) return parsed.data;
  throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.webhookMode} must be "report" or "enforce".`);
}
