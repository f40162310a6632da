import type { AwsRequest } from '../../http/aws-request.ts';
import type { ErrorObject } from '../durable/operation.ts';
import type { Lambda } from '../lambda.ts';
import { jsonOperation, type Route } from './route.ts';

/** How the outside answers what an execution waits for. The resource is the execution's ARN. */
export function callbackRoutes({ durable: { callbacks } }: Lambda): readonly Route[] {
  const answering = (word: string, action: string, run: (id: string, request: AwsRequest) => Promise<void>): Route => ({
    method: 'POST',
    name: `SendDurableExecutionCallback${action}`,
    pattern: new RegExp(`^/2025-12-01/durable-execution-callbacks/([^/]+)/${word}$`),
    operation: ([id = ''], request) => {
      const need = { action: `lambda:SendDurableExecutionCallback${action}`, resource: callbacks.executionOf(id).arn };
      return jsonOperation(need, async () => {
        await run(id, request);
        return {};
      });
    },
  });
  return [
    answering('succeed', 'Success', async (id, request) => {
      const body = (await request.body()).toString();
      callbacks.succeed(id, body === '' ? undefined : body);
    }),
    answering('fail', 'Failure', async (id, request) => callbacks.fail(id, (await request.json()) as ErrorObject)),
    answering('heartbeat', 'Heartbeat', async (id) => callbacks.heartbeat(id)),
  ];
}
