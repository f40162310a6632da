import type { Call } from '../call.ts';
import type { Fault } from '../faults/fault.ts';
import type { Answer } from './answer.ts';
import { clientError } from './error-body.ts';

/** How an answer reaches the client, if it does. */
export interface Delivery {
  /** Absent when the request was never applied and nothing is sent. */
  readonly answer?: Answer;
  /** `lost`: connection destroyed, nothing sent; `cut`: half of the body is sent; `held`: nothing is sent, the connection stays. */
  readonly transport: 'whole' | 'lost' | 'cut' | 'held';
  readonly delay?: number;
}

/** @param apply runs the request against the simulator's state: not called by the faults that come before. */
export function deliver(fault: Fault | undefined, call: Call, apply: () => Answer): Delivery {
  switch (fault?.kind) {
    case undefined:
      return { answer: apply(), transport: 'whole' };
    case 'status':
      return { answer: instead(fault), transport: 'whole' };
    case 'reset':
      return { transport: 'lost' };
    case 'resetAfterApply':
      return { answer: apply(), transport: 'lost' };
    case 'hang':
      return { transport: 'held' };
    case 'slow':
      return { answer: apply(), transport: 'whole', delay: fault.milliseconds };
    case 'truncated':
      return { answer: apply(), transport: 'cut' };
    case 'html':
      return { answer: gatewayPage(fault.status ?? 200), transport: 'whole' };
    case 'empty':
      return { answer: withoutBody(apply()), transport: 'whole' };
    case 'repeatedMarker':
      return { answer: withField(apply(), 'next_marker', call.query.get('marker')), transport: 'whole' };
    case 'expiresIn':
      return { answer: withField(apply(), 'expires_in', fault.seconds), transport: 'whole' };
  }
}

function instead({ status, headers, body }: Extract<Fault, { kind: 'status' }>): Answer {
  return { ...clientError(status), ...(headers && { headers }), ...(body && { body }) };
}

function gatewayPage(status: number): Answer {
  const text = '<!DOCTYPE html><html><head><title>Box</title></head><body><h1>We are working on it</h1></body></html>';
  return { status, headers: { 'content-type': 'text/html' }, text };
}

function withoutBody({ status, headers }: Answer): Answer {
  return { status, ...(headers && { headers }) };
}

/** Only answers that have the field: a refused request stays as it is. */
function withField(answer: Answer, name: string, value: unknown): Answer {
  return answer.body && name in answer.body ? { ...answer, body: { ...answer.body, [name]: value } } : answer;
}
