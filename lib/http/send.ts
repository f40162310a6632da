import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { abortWith } from './abort.ts';
import { discardIdleSockets, originOf, silenceMs } from './origin.ts';

export interface HttpRequest {
  readonly method: string;
  /** Absolute, http or https. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | Readable | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Silence on the socket that ends the request; 30 s if left out. */
  readonly timeoutMs?: number;
  /** Whether the request may be sent again when a reused connection turns out to be dead before a byte of the answer. */
  readonly repeatable: boolean;
}

/** Header names are lower-case. The body is a stream that the caller must read or destroy. */
export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/**
 * Sends one HTTP/1.1 request over a kept-alive connection.
 * @throws the socket's error (with Node's `code`) or the signal's reason.
 */
export async function send(request: HttpRequest): Promise<HttpResponse> {
  request.signal?.throwIfAborted();
  try {
    return await attempt(request);
  } catch (error) {
    if (!(error instanceof DeadConnection)) throw error;
    if (!request.repeatable) throw error.cause;
    try {
      return await attempt(request);
    } catch (second) {
      throw second instanceof DeadConnection ? second.cause : second;
    }
  }
}

/** Of its body no more was read than was asked for. */
export class AnswerTooLong extends Error {}

/** Reads a body to its end. @throws AnswerTooLong as soon as it has more than so many bytes */
export async function readAll(body: Readable, longest = Number.POSITIVE_INFINITY): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  return new Promise((resolve, reject) => {
    body
      .on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > longest) body.destroy(new AnswerTooLong(`The answer has more than ${longest} bytes.`));
      })
      .on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, bytes)))
      // A server that stops in the middle of a body closes without an end.
      .on('close', () => {
        if (!body.readableEnded) reject(Object.assign(new Error('The answer ended before it was complete.'), { code: 'ECONNRESET' }));
      })
      .on('error', reject);
  });
}

/** The peer had closed a kept-alive connection that we took from the pool: nothing of the answer has been seen. */
class DeadConnection extends Error {}

function attempt({ method, url, headers, body, signal, timeoutMs = silenceMs }: HttpRequest): Promise<HttpResponse> {
  const slash = url.indexOf('/', 8);
  const origin = originOf(slash < 0 ? url : url.slice(0, slash));
  discardIdleSockets(origin.agent);
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const outgoing = origin.request({
    hostname: origin.hostname,
    port: origin.port,
    agent: origin.agent,
    path: slash < 0 ? '/' : url.slice(slash),
    method,
    headers: headers as Record<string, string>,
    timeout: timeoutMs,
  });
  if (signal) abortWith(signal, outgoing);
  outgoing
    // A used socket keeps the timeout of its `Keep-Alive` header, or none, where a request asks for the same as its agent (Node 24).
    .once('socket', (socket) => {
      if (socket.timeout !== timeoutMs) socket.setTimeout(timeoutMs);
    })
    .on('response', (answer: IncomingMessage) => {
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers as Record<string, string>, body: answer });
    })
    .on('timeout', () =>
      outgoing.destroy(
        Object.assign(new Error(`No byte came for ${timeoutMs} ms.`), {
          code: 'ETIMEDOUT',
        }),
      ),
    )
    .on('error', (error: NodeJS.ErrnoException & { rawPacket?: unknown }) => {
      // The answer's bytes, where they are no HTTP: a token may be among them.
      delete error.rawPacket;
      if (body instanceof Readable) body.destroy();
      if (signal?.aborted) reject(signal.reason);
      else if (outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE')) {
        reject(new DeadConnection('', { cause: error }));
      } else reject(error);
    });
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) outgoing.end(body);
  else body.once('error', (error) => outgoing.destroy(error)).pipe(outgoing);
  return promise;
}
