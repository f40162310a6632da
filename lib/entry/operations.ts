import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import * as z from 'zod/mini';
import { environment, json, required } from '../env.ts';
import { NightporterError } from '../errors.ts';
import { awsClientOptions } from '../http/aws-request-handler.ts';
import { executionEndIn } from '../run/execution-end.ts';
import { operate } from '../run/operations/operate.ts';
import { type EndpointHandler, endpoint } from './endpoint.ts';
import { functionLog } from './function-log.ts';

const name = z.string().check(z.minLength(1), z.maxLength(128));
const reason = z.string().check(z.trim(), z.minLength(1), z.maxLength(1000));
const id = z.string().check(z.regex(/^[\w.-]{1,64}$/));
const due = z.string().check(z.regex(/^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ|manual#[\w.-]{1,64})$/));

const schema = z.discriminatedUnion('operation', [
  z.strictObject({ operation: z.literal('run'), job: name, id, params: z.optional(z.record(z.string(), z.unknown())) }),
  z.strictObject({ operation: z.literal('redrive'), job: name, due }),
  z.strictObject({ operation: z.literal('look'), job: name, due }),
  z.strictObject({ operation: z.literal('stop'), job: name, run: name, reason }),
  z.strictObject({ operation: z.literal('pause'), reason }),
  z.strictObject({ operation: z.literal('resume'), reason }),
]);

/** The way in for operators: who starts a run says so by signing, and can't say anything else. */
export function operations(): EndpointHandler {
  const lambda = new LambdaClient({ ...awsClientOptions() });
  const parts = {
    dynamodb: new DynamoDBClient({ ...awsClientOptions() }),
    lambda,
    hasEnded: executionEndIn(lambda),
    runsTable: required(environment.runsTable),
    functions: functionsOfJobs(),
    durable: durableJobs(),
    now: Date.now,
  };
  const log = functionLog('operations');
  return endpoint({
    log,
    schema,
    async perform(request, by) {
      const answer = await operate(parts, request, by);
      const { operation } = request;
      log.info('An operator did something.', { operation, ...('job' in request && { of: request.job }) });
      return answer;
    },
  });
}

function durableJobs(): ReadonlySet<string> {
  const parsed = z.array(z.string()).safeParse(json(environment.durableJobs));
  if (parsed.success) return new Set(parsed.data);
  throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.durableJobs} must name the jobs that run in steps.`);
}

function functionsOfJobs(): Readonly<Record<string, string>> {
  const parsed = z.record(z.string(), z.string()).safeParse(json(environment.jobFunctions));
  if (parsed.success) return parsed.data;
  throw new NightporterError('ENVIRONMENT_INVALID', `Deploy again: ${environment.jobFunctions} must name the jobs' functions.`);
}
