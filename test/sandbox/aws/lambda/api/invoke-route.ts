import type { ServerResponse } from 'node:http';
import { AwsError } from '../../http/aws-error.ts';
import type { AwsRequest } from '../../http/aws-request.ts';
import type { Lambda } from '../lambda.ts';
import type { Target } from '../lambda-function.ts';
import { logTail } from './log-tail.ts';
import type { Route } from './route.ts';

/** Invoke: RequestResponse, Event and DryRun. */
export function invokeRoute(lambda: Lambda): Route {
  return {
    method: 'POST',
    name: 'Invoke',
    pattern: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/,
    operation: ([reference = ''], request) => {
      const qualifier = request.query.get('Qualifier') ?? undefined;
      return {
        needs: [{ action: 'lambda:InvokeFunction', resource: lambda.arn(reference, qualifier) }],
        answer: async (reply) => {
          const text = await payloadOf(request);
          const target = lambda.target(reference, qualifier);
          const type = request.header('x-amz-invocation-type') ?? 'RequestResponse';
          if (type === 'DryRun') reply.writeHead(204).end();
          else if (type === 'Event') answerEvent(lambda, target, text, request, reply);
          else if (type === 'RequestResponse') await answerResponse(lambda, target, text, request, reply);
          else throw new AwsError('InvalidParameterValueException', `${type} is no invocation type.`);
        },
      };
    },
  };
}

/** @throws AwsError `InvalidRequestContentException` */
async function payloadOf(request: AwsRequest): Promise<string> {
  const text = (await request.body()).toString();
  if (text === '') return '{}';
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new AwsError('InvalidRequestContentException', `Could not parse request body into json: ${(error as Error).message}`);
  }
}

function answerEvent(lambda: Lambda, target: Target, text: string, request: AwsRequest, reply: ServerResponse): void {
  if (target.version.configuration.durable !== undefined) {
    const execution = lambda.durable.start(target, text, { name: request.header('x-amz-durable-execution-name') });
    reply.writeHead(202, { 'x-amz-durable-execution-arn': execution.arn }).end();
    return;
  }
  reply.writeHead(202, { 'x-amzn-requestid': lambda.accept(target, text) }).end();
}

async function answerResponse(lambda: Lambda, target: Target, text: string, request: AwsRequest, reply: ServerResponse): Promise<void> {
  if (target.version.configuration.durable !== undefined) return answerExecution(lambda, target, text, request, reply);
  const wantsTail = request.header('x-amz-log-type') === 'Tail';
  const tail: string[] = [];
  const context = request.header('x-amz-client-context');
  const clientContext = context === undefined ? {} : { clientContext: Buffer.from(context, 'base64').toString() };
  const attempt = await lambda.invokeTarget(target, text, { ...clientContext, ...(wantsTail ? { tail } : {}) });
  reply.writeHead(200, {
    'content-type': 'application/json',
    'x-amzn-requestid': attempt.requestId,
    'x-amz-executed-version': attempt.executedVersion,
    ...(attempt.outcome === 'response' ? {} : { 'x-amz-function-error': 'Unhandled' }),
    ...(wantsTail ? { 'x-amz-log-result': logTail(attempt, tail, target.version.configuration.memoryMiB) } : {}),
  });
  reply.end(attempt.payload === undefined ? '' : JSON.stringify(attempt.payload));
}

async function answerExecution(lambda: Lambda, target: Target, text: string, request: AwsRequest, reply: ServerResponse): Promise<void> {
  lambda.durable.refuseSynchronous(target);
  const execution = lambda.durable.start(target, text, { name: request.header('x-amz-durable-execution-name') });
  const payload = await execution.outcome();
  reply.writeHead(200, {
    'content-type': 'application/json',
    'x-amz-executed-version': target.version.configuration.version,
    'x-amz-durable-execution-arn': execution.arn,
    ...(execution.status === 'SUCCEEDED' ? {} : { 'x-amz-function-error': 'Unhandled' }),
  });
  reply.end(payload);
}
