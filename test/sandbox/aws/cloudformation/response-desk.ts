import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a custom resource's function answers. AWS doc: "Custom resource response objects" */
export interface CustomAnswer {
  readonly Status?: unknown;
  readonly Reason?: unknown;
  readonly PhysicalResourceId?: unknown;
  readonly Data?: unknown;
}

const largestAnswer = 4096;

/** Where functions of custom resources put their answers: the addresses that AWS presigns, each good for one answer. */
export class ResponseDesk {
  readonly #waiting = new Map<string, (answer: CustomAnswer | Error) => void>();
  #server: Server | undefined;

  async open(): Promise<{ readonly url: string; readonly answer: Promise<CustomAnswer | Error> }> {
    const server = await this.#listening();
    const path = `/${randomUUID()}?X-Amz-Signature=${randomUUID()}`;
    const { promise, resolve } = Promise.withResolvers<CustomAnswer | Error>();
    this.#waiting.set(path, resolve);
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, answer: promise };
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async #listening(): Promise<Server> {
    if (this.#server !== undefined) return this.#server;
    const server = createServer((incoming, reply) => this.#receive(incoming, reply));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  #receive(incoming: IncomingMessage, reply: ServerResponse): void {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const resolve = this.#waiting.get(incoming.url ?? '');
      // S3 refuses a body of which it is not told the length, and any other method than the one that was signed.
      if (resolve === undefined || incoming.method !== 'PUT' || incoming.headers['content-length'] === undefined) {
        reply.writeHead(403).end();
        return;
      }
      this.#waiting.delete(incoming.url ?? '');
      reply.writeHead(200).end();
      resolve(parse(Buffer.concat(chunks)));
    });
  }
}

function parse(body: Buffer): CustomAnswer | Error {
  if (body.length > largestAnswer) return new Error('Response object is too long.');
  try {
    return JSON.parse(body.toString()) as CustomAnswer;
  } catch {
    return new Error('Invalid JSON in the response object.');
  }
}
