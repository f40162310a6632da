import type { AwsRequest } from '../../http/aws-request.ts';
import type { Need } from '../../iam/authorize.ts';
import type { Operation } from '../../service.ts';

/** One operation of a REST API: what its path carries comes as decoded parameters. */
export interface Route {
  readonly method: string;
  /** Of the operation in AWS's API. */
  readonly name: string;
  readonly pattern: RegExp;
  operation(parameters: readonly string[], request: AwsRequest): Operation;
}

/** @param run gives what goes out as JSON; an AwsError goes out as the service's error */
export function jsonOperation(need: Need, run: () => unknown): Operation {
  return {
    needs: [need],
    answer: async (reply) => {
      const output = JSON.stringify(await run());
      reply.writeHead(200, { 'content-type': 'application/json' }).end(output);
    },
  };
}
