import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BoxWorld, Call } from '../call.ts';
import type { Faults } from '../faults/faults.ts';
import { bodyKeys, type Journal } from '../journal.ts';
import type { Answer } from './answer.ts';
import { type Delivery, deliver } from './delivery.ts';
import { answerText, readCall, send } from './wire.ts';

/** What passed over the wire, for checks against Box's description. It holds tokens and secrets: keep it out of logs. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly query: string;
  readonly requestHeaders: Readonly<Record<string, string | string[] | undefined>>;
  readonly requestBody: string;
  /** 0 when the connection ended before the request was applied. */
  readonly status: number;
  /** As it was sent, or would have been. */
  readonly responseBody: string;
  /** The kind of fault that was injected: such an answer is none of Box's. */
  readonly fault: string | undefined;
}

export interface Switchboard {
  readonly world: BoxWorld;
  readonly faults: Faults;
  readonly journal: Journal;
  readonly now: () => number;
  readonly onExchange: ((exchange: Exchange) => void) | undefined;
  /** For the `box-request-id` of every answer. */
  readonly nextRequestId: () => string;
}

export type Exchanger = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** One request from reading to answering. A defect of the simulator is not caught: it ends the process that hosts it. */
export function exchanger(board: Switchboard, route: (world: BoxWorld, call: Call) => Answer): Exchanger {
  return async (request, response) => {
    // Stamped when it has been read, for that is when it happens.
    const read = await readCall(request).catch(() => undefined);
    if (read === undefined) return;
    const call: Call = Object.assign(read, { at: board.now(), requestId: board.nextRequestId() });
    const fault = board.faults.next(call);
    const delivery = deliver(fault, call, () => route(board.world, call));
    const text = answerText(delivery.answer, call.requestId);
    record(board, call, delivery, text, fault?.kind);
    if (delivery.delay === undefined) send(response, delivery, text, call);
    else setTimeout(send, delivery.delay, response, delivery, text, call);
  };
}

function record(board: Switchboard, call: Call, delivery: Delivery, text: string, fault: string | undefined): void {
  const { method, path, search, subject, tokenFingerprint, headers, at, requestId } = call;
  const seen = { method, path, status: delivery.answer?.status ?? 0, fault };
  board.journal.add({
    ...seen,
    at,
    // Box took tokens in the address once; whoever still tries must not find one in the journal.
    query: search.replace(/(access_token=)[^&]*/, '$1'),
    subject,
    asUser: headers['as-user'] === undefined ? undefined : String(headers['as-user']),
    requestId,
    tokenFingerprint,
    bodyKeys: call.bytes.length === 0 ? [] : bodyKeys(headers['content-type'], () => call.body),
  });
  board.onExchange?.({ ...seen, query: search, requestHeaders: headers, requestBody: call.body, responseBody: text });
}
