import * as z from 'zod/mini';
import { NightporterError } from '../../errors.ts';
import type { PipelineLog } from '../../observe/log.ts';
import type { RunResult } from '../../run/run-result.ts';
import { noWish } from '../../webhook/reconcile/wanted.ts';
import type { CustomResourceRequest, Outcome } from './custom-resource.ts';

export interface ServeParts {
  /** @throws when what the deployment wants can't be read or stored */
  readonly setWish: (wish: unknown) => Promise<void>;
  readonly start: (request: CustomResourceRequest) => Promise<RunResult>;
  readonly log: PipelineLog;
}

/** What the stack says of the webhooks; CloudFormation makes everything a text. `State` is that of the schedules. */
const propertiesSchema = z.object({ Wish: z.string(), State: z.enum(['ENABLED', 'DISABLED']) });

/**
 * What a deployment wants is stored first: from then on the schedule sees to it. So Box, or a secret that is not there yet, fails no
 * deployment and no deletion; only a wish that could not be stored fails one, since nobody would see to that.
 */
export async function serve(request: CustomResourceRequest, { setWish, start, log }: ServeParts): Promise<Outcome> {
  const isDeletion = request.RequestType === 'Delete';
  try {
    await setWish(isDeletion ? noWish : wishOf(request));
  } catch (error) {
    log.failure('What this deployment wants of the webhooks could not be stored.', error);
    if (!isDeletion) return { status: 'FAILED', reason: sentenceOf(error) };
  }
  try {
    return { status: 'SUCCESS', data: { Status: statusOf(await start(request)) } };
  } catch (error) {
    return { status: 'SUCCESS', data: { Status: sentenceOf(error) } };
  }
}

function wishOf({ ResourceProperties }: CustomResourceRequest): unknown {
  const { data } = propertiesSchema.safeParse(ResourceProperties);
  if (data === undefined) throw new NightporterError('EVENT_INVALID', 'Deploy again: what the stack says of its webhooks is incomplete.');
  // A stage that is not armed does nothing by itself.
  return data.State === 'ENABLED' ? JSON.parse(data.Wish) : noWish;
}

function statusOf(result: RunResult): string {
  if (result === 'duplicate') return 'seen to by another run';
  if (result.waitingForSecret) return 'waiting for secret';
  const { webhooks = 0, problems = 0 } = result;
  return problems === 0 ? `${webhooks} in place` : `${problems} of ${webhooks + problems} have a problem: see the log`;
}

function sentenceOf(error: unknown): string {
  return error instanceof NightporterError ? error.message : 'Look at the log of the function that sees to webhooks.';
}
