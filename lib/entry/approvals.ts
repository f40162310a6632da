import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { environment, required } from '../env.ts';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { decideOnPlan } from '../run/approval/decide-on-plan.ts';
import { type EndpointHandler, endpoint } from './endpoint.ts';
import { functionLog } from './function-log.ts';

const name = z.string().check(z.minLength(1), z.maxLength(128));

const schema = z.strictObject({
  verdict: z.enum(['approved', 'rejected']),
  job: name,
  run: name,
  sha256: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  versionId: z.string().check(z.minLength(1), z.maxLength(1024)),
  reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(1000)),
  actions: z.optional(z.int().check(z.nonnegative())),
});

/** The way in for those who approve and reject plans; the only function that may write a decision. */
export function approvals(): EndpointHandler {
  const parts = {
    dynamodb: new DynamoDBClient({ ...awsClientOptions() }),
    lambda: new LambdaClient({ ...awsClientOptions() }),
    runsTable: required(environment.runsTable),
    decisionsTable: required(environment.decisionsTable),
    now: Date.now,
  };
  const log = functionLog('approvals');
  return endpoint({
    log,
    schema,
    async perform(request, by) {
      const { decision, woken } = await decideOnPlan(parts, request, by);
      log.info('A plan was decided on.', { verdict: decision.verdict, of: request.job, run: request.run, woken });
      return { verdict: decision.verdict, at: new Date(decision.at).toISOString(), until: new Date(decision.until).toISOString(), woken };
    },
  });
}
