import * as z from 'zod/mini';
import { type ErrorCode, NightporterError } from '../errors.ts';
import type { PipelineLog } from '../observe/log.ts';

/** What a Function URL hands over, payload format 2.0, as far as it is used: docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html */
const eventSchema = z.object({
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
  requestContext: z.object({
    http: z.object({ method: z.string() }),
    // Written by Lambda after it has checked the signature: nobody can choose it.
    authorizer: z.object({ iam: z.object({ userArn: z.string().check(z.minLength(1)) }) }),
  }),
});

export interface EndpointAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export type EndpointHandler = (event: unknown) => Promise<EndpointAnswer>;

export interface EndpointOptions<S extends z.ZodMiniType> {
  readonly log: PipelineLog;
  readonly schema: S;
  /** @param by ARN of whoever signed the request */
  readonly perform: (request: z.infer<S>, by: string) => Promise<object>;
}

/** A request is a word and a few ids. */
const largestBody = 64 * 1024;

const badRequest: ReadonlySet<ErrorCode> = new Set(['COMMAND_INVALID', 'EVENT_INVALID']);

/** The handler of a Function URL behind `AWS_IAM`: JSON in, JSON out, and every refusal is one sentence with its code. */
export function endpoint<S extends z.ZodMiniType>({ log, schema, perform }: EndpointOptions<S>): EndpointHandler {
  return async (event) => {
    try {
      const { request, by } = read(event, schema);
      const answer = await perform(request, by);
      log.info('Request done.');
      return respond(200, answer);
    } catch (error) {
      if (error instanceof NightporterError) {
        log.warn('Request refused.', { code: error.code });
        return respond(badRequest.has(error.code) ? 400 : 409, { error: { code: error.code, message: error.message } });
      }
      log.failure('Request failed.', error);
      log.metric('RequestFailed', 1);
      return respond(500, {
        error: { code: 'COMMAND_FAILED', message: 'Try again, then read the log of this function: the request failed.' },
      });
    }
  };
}

/** @throws NightporterError `EVENT_INVALID`, `COMMAND_INVALID` */
function read<S extends z.ZodMiniType>(event: unknown, schema: S): { readonly request: z.infer<S>; readonly by: string } {
  const parsed = eventSchema.safeParse(event);
  if (!parsed.success || parsed.data.requestContext.http.method !== 'POST') {
    throw new NightporterError('EVENT_INVALID', 'Send a signed POST to the Function URL: nothing else is served here.');
  }
  const { body = '', isBase64Encoded, requestContext } = parsed.data;
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  const request = schema.safeParse(text.length > largestBody ? undefined : fromJson(text));
  if (!request.success)
    throw new NightporterError('COMMAND_INVALID', 'Use the command line of the same version: this request has another shape.');
  return { request: request.data, by: requestContext.authorizer.iam.userArn };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function respond(statusCode: number, value: object): EndpointAnswer {
  return { statusCode, headers: { 'content-type': 'application/json', 'cache-control': 'no-store' }, body: JSON.stringify(value) };
}
