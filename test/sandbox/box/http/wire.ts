import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call } from '../call.ts';
import type { Answer } from './answer.ts';
import type { Delivery } from './delivery.ts';

export interface Stamp {
  readonly at: number;
  readonly requestId: string;
}

/** The upload API is a second host of Box's; here it is the same one, at `/api/…` or `/upload/api/…`. */
export async function readCall(request: IncomingMessage): Promise<Omit<Call, keyof Stamp>> {
  const { headers, method = 'GET', url = '/' } = request;
  const [given = '/', search = ''] = splitOnce(url, '?');
  const path = given.startsWith('/upload/api/') ? given.slice('/upload'.length) : given;
  const bytes = method === 'GET' ? nothing : await readBytes(request);
  return {
    method,
    path,
    search,
    query: new URLSearchParams(search),
    headers,
    bytes,
    get body() {
      return bytes.toString('utf8');
    },
    params: {},
    subject: undefined,
    tokenFingerprint: undefined,
  };
}

const nothing = Buffer.alloc(0);

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const [first = nothing] = chunks;
  return chunks.length < 2 ? first : Buffer.concat(chunks);
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** @returns the body as it was, or would have been, sent; nothing for the bytes of a file. */
export function answerText(answer: Answer | undefined, requestId: string): string {
  if (answer?.body === undefined) return answer?.text ?? '';
  return JSON.stringify(answer.body.type === 'error' ? { ...answer.body, request_id: requestId } : answer.body);
}

/** Every answer carries the simulator's `date` and Box's request id, also where the fault is in the way it travels. */
export function send(response: ServerResponse, { answer, transport }: Delivery, text: string, { at, requestId }: Stamp): void {
  if (transport === 'held') return;
  if (transport === 'lost' || answer === undefined) {
    response.destroy();
    return;
  }
  const { slice } = answer;
  response.writeHead(answer.status, {
    date: httpDate(at),
    'box-request-id': requestId,
    ...(answer.body && { 'content-type': 'application/json' }),
    ...(answer.status !== 304 && { 'content-length': slice ? slice.end - slice.start : Buffer.byteLength(text) }),
    ...answer.headers,
  });
  const whole = transport === 'whole';
  if (slice) void sendSlice(response, slice, whole);
  else if (whole) response.end(text);
  else response.write(Buffer.from(text).subarray(0, Buffer.byteLength(text) >> 1), () => response.destroy());
}

/** At the client's pace: nothing is held but the piece under way. */
async function sendSlice(response: ServerResponse, { content, start, end }: NonNullable<Answer['slice']>, whole: boolean): Promise<void> {
  const last = whole ? end : start + Math.floor((end - start) / 2);
  for (let at = start; at < last && !response.destroyed; ) {
    const piece = content.read(at, last);
    at += piece.length;
    const { promise, resolve } = Promise.withResolvers<unknown>();
    // A connection that ends calls back too, with an error: then `destroyed` ends the loop.
    response.write(piece, resolve);
    await promise;
  }
  if (whole) response.end();
  else response.destroy();
}

let second = { at: Number.NaN, text: '' };

/** Made once a second: it costs as much as a small answer. */
function httpDate(at: number): string {
  const whole = Math.floor(at / 1000);
  if (second.at !== whole) second = { at: whole, text: new Date(at).toUTCString() };
  return second.text;
}
