import * as z from 'zod/mini';
import { readAll, send } from '../../http/send.ts';
import { wait } from '../../http/wait.ts';

const requestSchema = z.object({
  RequestType: z.enum(['Create', 'Update', 'Delete']),
  /** Where the answer goes: an address of S3 that AWS has signed. */
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  ResourceProperties: z.record(z.string(), z.unknown()),
});

/** docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requests.html */
export type CustomResourceRequest = z.infer<typeof requestSchema>;

export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  /** Of a failure: one sentence. */
  readonly reason?: string;
  /** What `Fn::GetAtt` gives. */
  readonly data?: Readonly<Record<string, string>>;
}

/** `undefined` for an event that is not CloudFormation's. */
export function readCustomResourceRequest(event: unknown): CustomResourceRequest | undefined {
  return requestSchema.safeParse(event).data;
}

const attempts = 4;

/**
 * Answers CloudFormation, which otherwise waits until its own time limit. The physical id never changes: another one would make
 * CloudFormation delete what it takes for the former resource.
 * @throws what the last attempt threw
 */
export async function respond({ ResponseURL, ...request }: CustomResourceRequest, { status, reason, data }: Outcome): Promise<void> {
  const { StackId, RequestId, LogicalResourceId, PhysicalResourceId = 'webhooks' } = request;
  const ids = { StackId, RequestId, LogicalResourceId, PhysicalResourceId };
  const body = JSON.stringify({ Status: status, ...(reason !== undefined && { Reason: reason.slice(0, 1000) }), ...ids, Data: data ?? {} });
  for (let attempt = 1; ; attempt++) {
    try {
      const headers = { 'content-length': String(Buffer.byteLength(body)) };
      const answer = await send({ method: 'PUT', url: ResponseURL, headers, body, repeatable: true });
      await readAll(answer.body);
      if (answer.status < 300) return;
      throw new Error(`CloudFormation's address answered ${answer.status}.`);
    } catch (error) {
      if (attempt === attempts) throw error;
      await wait(500 * attempt, undefined);
    }
  }
}
