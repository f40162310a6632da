import { randomUUID } from 'node:crypto';
import type { Need } from '../iam/authorize.ts';
import type { Caller, Service } from '../service.ts';
import { elements, xmlDocument } from './xml.ts';

/** One operation of a service that takes a form and gives XML. */
export interface QueryOperation {
  /** `needs[0]` is the action itself. */
  needs(form: URLSearchParams): readonly [Need, ...Need[]];
  /** The inside of the `…Result` element, as XML. */
  answer(form: URLSearchParams, caller: Caller): string;
}

/** A service of the protocol AWS query: the operation's name is the form's field `Action`. */
export function queryService(signingName: string, namespace: string, operations: Readonly<Record<string, QueryOperation>>): Service {
  return {
    signingName,
    protocol: 'query',
    operations: Object.keys(operations),
    operation: async (request) => {
      const form = new URLSearchParams((await request.body()).toString());
      const name = form.get('Action') ?? '';
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) return undefined;
      return {
        needs: operation.needs(form),
        answer: async (reply, caller) => {
          const result = `<${name}Result>${operation.answer(form, caller)}</${name}Result>`;
          const metadata = `<ResponseMetadata>${elements({ RequestId: randomUUID() })}</ResponseMetadata>`;
          reply.writeHead(200, { 'content-type': 'text/xml' }).end(xmlDocument(`${name}Response`, namespace, result + metadata));
        },
      };
    },
  };
}
