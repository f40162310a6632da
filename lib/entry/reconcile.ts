import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Context } from 'aws-lambda';
import type { PlainJob } from '../declare/job.ts';
import { environment, required } from '../env.ts';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import type { Parts } from '../session/session.ts';
import { webhookStore } from '../webhook/reconcile/store.ts';
import { wishSchema } from '../webhook/reconcile/wanted.ts';
import { functionLog } from './function-log.ts';
import { type CustomResourceRequest, readCustomResourceRequest, respond } from './reconcile/custom-resource.ts';
import { serve } from './reconcile/serve.ts';
import { scheduled } from './scheduled.ts';
import { scrub } from './scrub.ts';

/**
 * The way in for the job that looks after webhooks: a schedule, a person, or CloudFormation with what a deployment wants. All three end in
 * the same run of the same job.
 */
export async function reconcile(job: PlainJob, parts: Parts) {
  const run = await scheduled(job, parts);
  const log = functionLog();
  const client = new DynamoDBClient({ ...awsClientOptions() });
  const setWish = async (value: unknown): Promise<void> =>
    webhookStore(client, required(environment.runsTable), required(environment.job)).setWish(wishSchema.parse(value));
  return scrub(async (event: unknown, context: Context) => {
    const request = readCustomResourceRequest(event);
    if (request === undefined) return run(event, context);
    const start = ({ RequestId }: CustomResourceRequest) => run({ manual: RequestId }, context);
    return respond(request, await serve(request, { setWish, start, log }));
  });
}
