import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BoxWorld, Call } from './call.ts';
import { type Delivery, deliver } from './delivery.ts';
import type { Faults } from './faults.ts';
import { fileRoutes } from './files.ts';
import { folderRoutes } from './folders.ts';
import { bodyKeys, type Journal } from './journal.ts';
import { oauthRoutes } from './oauth.ts';
import { router } from './router.ts';
import { userRoutes } from './users.ts';
import { answerText, readCall, type Stamp, send } from './wire.ts';

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
}

const route = router([...oauthRoutes, ...userRoutes, ...folderRoutes, ...fileRoutes]);

/** One request from reading to answering. A defect of the simulator is not caught: it ends the process that hosts it. */
export function exchanger(board: Switchboard): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  let requests = 0;
  return async (request, response) => {
    const call = await readCall(request).catch(() => undefined);
    if (call === undefined) return;
    const stamp = { now: board.now(), requestId: `sim${(++requests).toString(36).padStart(13, '0')}` };
    const fault = board.faults.next(call);
    const delivery = deliver(fault, call, () => route(board.world, call));
    const text = answerText(delivery.answer, stamp);
    record(board, call, stamp, delivery, text, fault?.kind);
    if (delivery.delay === undefined) send(response, delivery, text, stamp);
    else setTimeout(send, delivery.delay, response, delivery, text, stamp);
  };
}

function record(board: Switchboard, call: Call, stamp: Stamp, delivery: Delivery, text: string, fault: string | undefined): void {
  const { method, path, search, subject, tokenFingerprint, headers, body } = call;
  const seen = { method, path, status: delivery.answer?.status ?? 0, fault };
  board.journal.add({
    ...seen,
    at: stamp.now,
    // Box took tokens in the address once; whoever still tries must not find one in the journal.
    query: search.replace(/(access_token=)[^&]*/, '$1'),
    subject,
    requestId: stamp.requestId,
    tokenFingerprint,
    bodyKeys: bodyKeys(headers['content-type'], body),
  });
  board.onExchange?.({ ...seen, query: search, requestHeaders: headers, requestBody: body, responseBody: text });
}
