import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly invokedArn: string;
  /** JSON, of the caller. */
  readonly clientContext?: string;
  /** Milliseconds since 1970, by the sandbox's clock. */
  readonly deadline: number;
  readonly clockOffset: number;
}

export interface RuntimeListener {
  /** The runtime asks for its first invocation: init is over. */
  ready(): void;
  initFailed(error: string): void;
  answered(requestId: string, kind: 'response' | 'error', body: string): void;
}

/** The Runtime API of one container (AWS doc: "Using the Lambda runtime API"). It lives in the sandbox's process, never in the function's. */
export class RuntimeApi {
  readonly #server: Server;
  readonly #listener: RuntimeListener;
  #poll: ServerResponse | undefined;
  #waiting: Invocation | undefined;
  #isReady = false;

  private constructor(listener: RuntimeListener) {
    this.#listener = listener;
    this.#server = createServer((request, reply) => this.#receive(request, reply));
    // The containers' watching connections stay silent for good.
    this.#server.requestTimeout = 0;
    this.#server.headersTimeout = 0;
    this.#server.keepAliveTimeout = 0;
  }

  static async listen(listener: RuntimeListener): Promise<RuntimeApi> {
    const api = new RuntimeApi(listener);
    await new Promise<void>((resolve, reject) => {
      api.#server.once('error', reject).listen(0, '127.0.0.1', resolve);
    });
    return api;
  }

  /** As AWS_LAMBDA_RUNTIME_API. */
  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** At the container's next poll, which may still be on its way. */
  deliver(invocation: Invocation): void {
    this.#waiting = invocation;
    this.#answerPoll();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #receive(request: IncomingMessage, reply: ServerResponse): void {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    if (path === 'invocation/next') {
      this.#poll = reply;
      this.#answerPoll();
      if (!this.#isReady) this.#listener.ready();
      this.#isReady = true;
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      reply.writeHead(202).end('{}');
      this.#report(path, Buffer.concat(chunks).toString());
    });
  }

  #answerPoll(): void {
    const invocation = this.#waiting;
    if (this.#poll === undefined || invocation === undefined) return;
    this.#poll.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': invocation.requestId,
      'lambda-runtime-deadline-ms': String(invocation.deadline),
      'lambda-runtime-invoked-function-arn': invocation.invokedArn,
      ...(invocation.clientContext === undefined ? {} : { 'lambda-runtime-client-context': invocation.clientContext }),
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
      'x-sandbox-clock-offset-ms': String(invocation.clockOffset),
    });
    this.#poll.end(invocation.payload);
    this.#poll = undefined;
    this.#waiting = undefined;
  }

  #report(path: string, body: string): void {
    if (path === 'init/error') this.#listener.initFailed(body);
    const [, requestId, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (requestId === undefined) return;
    this.#listener.answered(decodeURIComponent(requestId), kind === 'error' ? 'error' : 'response', body);
  }
}
