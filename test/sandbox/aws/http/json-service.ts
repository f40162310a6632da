import type { Need } from '../iam/authorize.ts';
import type { Caller, Service } from '../service.ts';

export type Input = Readonly<Record<string, unknown>>;

/** One operation of a service that takes and gives JSON. */
export interface JsonOperation {
  /** `needs[0]` is the action itself. */
  needs(input: Input): readonly [Need, ...Need[]];
  /** What is returned goes out as JSON; an AwsError goes out as the service's error. */
  answer(input: Input, caller: Caller): unknown;
}

/**
 * A service of the protocol AWS JSON 1.1: one address, the operation's name in the header `X-Amz-Target`.
 * @param targetPrefix what stands there before the name, its dot included
 */
export function jsonService(signingName: string, targetPrefix: string, operations: Readonly<Record<string, JsonOperation>>): Service {
  return {
    signingName,
    protocol: 'json',
    operations: Object.keys(operations),
    operation: async (request) => {
      const name = request.header('x-amz-target')?.replace(targetPrefix, '') ?? '';
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) return undefined;
      const input = await request.json();
      return {
        needs: operation.needs(input),
        answer: async (reply, caller) => {
          const output = JSON.stringify((await operation.answer(input, caller)) ?? {});
          reply.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' }).end(output);
        },
      };
    },
  };
}

/** A text parameter; `undefined` when it is missing. */
export function textOf(input: Input, name: string): string | undefined {
  const value = input[name];
  return value === undefined || value === null ? undefined : String(value);
}
