import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import type { Delivery } from './delivery.ts';

export async function readCall(request: IncomingMessage): Promise<Call> {
  const { headers, method = 'GET', url = '/' } = request;
  const [path = '/', search = ''] = splitOnce(url, '?');
  const body = method === 'GET' ? '' : await readText(request);
  const unknownYet = { params: {}, subject: undefined, tokenFingerprint: undefined };
  return { method, path, search, query: new URLSearchParams(search), headers, body, ...unknownYet };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

export interface Stamp {
  readonly now: number;
  readonly requestId: string;
}

/** @returns the body as it was, or would have been, sent. */
export function answerText(answer: Answer | undefined, { requestId }: Stamp): string {
  if (answer?.body === undefined) return answer?.text ?? '';
  return JSON.stringify(answer.body.type === 'error' ? { ...answer.body, request_id: requestId } : answer.body);
}

/** Every answer carries the simulator's `date` and Box's request id, also where the fault is in the way it travels. */
export function send(response: ServerResponse, { answer, transport }: Delivery, text: string, { now, requestId }: Stamp): void {
  if (transport === 'held') return;
  if (transport === 'lost' || answer === undefined) {
    response.destroy();
    return;
  }
  const bytes = Buffer.from(text);
  response.writeHead(answer.status, {
    date: new Date(now).toUTCString(),
    'box-request-id': requestId,
    ...(answer.body && { 'content-type': 'application/json' }),
    ...(answer.status !== 304 && { 'content-length': bytes.length }),
    ...answer.headers,
  });
  if (transport === 'whole') response.end(bytes);
  else response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}
