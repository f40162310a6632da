import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from '../../http/aws-error.ts';
import type { Lambda } from '../lambda.ts';
import { badGateway, textAnswer, type UrlAnswer, urlAnswer } from './url-answer.ts';
import type { UrlDoor } from './url-door.ts';
import { type UrlCaller, urlEvent } from './url-event.ts';

/** AWS::Lambda::Url */
export interface FunctionUrl {
  /** Of the function or its alias. */
  readonly functionArn: string;
  readonly authType: 'AWS_IAM' | 'NONE';
}

interface OpenUrl {
  readonly server: Server;
  url: FunctionUrl;
}

const forbidden = textAnswer(403, JSON.stringify({ Message: 'Forbidden' }));

/** Function URLs, each on a port of its own. The host that clients ask for is the one that the function sees. */
export class FunctionUrls {
  readonly #lambda: Lambda;
  readonly #door: UrlDoor;
  readonly #now: () => number;
  readonly #open = new Map<string, OpenUrl>();

  constructor(lambda: Lambda, door: UrlDoor, now: () => number) {
    this.#lambda = lambda;
    this.#door = door;
    this.#now = now;
  }

  /** Opens it, or changes how one that is open decides. @returns where it listens, with a slash at the end */
  async put(url: FunctionUrl): Promise<string> {
    const known = this.#open.get(url.functionArn);
    const open = known ?? { url, server: createServer((incoming, reply) => this.#receive(open, incoming, reply)) };
    open.url = url;
    if (known === undefined) await listen(open.server);
    this.#open.set(url.functionArn, open);
    return `http://127.0.0.1:${(open.server.address() as AddressInfo).port}/`;
  }

  async remove(functionArn: string): Promise<void> {
    const server = this.#open.get(functionArn)?.server;
    this.#open.delete(functionArn);
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((functionArn) => this.remove(functionArn)));
  }

  #receive(open: OpenUrl, incoming: IncomingMessage, reply: ServerResponse): void {
    // A client that goes away in the middle of its request gets no answer.
    this.#serve(open, incoming, reply).catch(() => reply.destroy());
  }

  async #serve({ url }: OpenUrl, incoming: IncomingMessage, reply: ServerResponse): Promise<void> {
    const body = Buffer.concat(await Array.fromAsync(incoming as AsyncIterable<Buffer>));
    const { caller, settle } = this.#door.admit(url, incoming);
    const answer = caller === 'refused' ? forbidden : await this.#answer(url, incoming, body, caller);
    settle(answer.status);
    const length = { 'content-length': String(answer.body.length) };
    reply.writeHead(answer.status, { ...answer.headers, ...length } as Record<string, string | string[]>);
    reply.end(incoming.method === 'HEAD' ? undefined : answer.body);
  }

  async #answer(url: FunctionUrl, incoming: IncomingMessage, body: Buffer, caller: UrlCaller | undefined): Promise<UrlAnswer> {
    try {
      const text = urlEvent({ incoming, body, caller, urlId: urlId(url.functionArn), now: this.#now() });
      const { outcome, payload } = await this.#lambda.invokeTarget(this.#lambda.target(url.functionArn), text);
      return outcome === 'response' ? urlAnswer(payload) : badGateway;
    } catch (error) {
      if (!(error instanceof AwsError)) return badGateway;
      return textAnswer(error.status, JSON.stringify({ Type: 'User', message: error.message }));
    }
  }
}

/** As on AWS: no reader can tell the function from it. */
function urlId(functionArn: string): string {
  return BigInt(`0x${createHash('sha256').update(functionArn).digest('hex').slice(0, 40)}`)
    .toString(36)
    .slice(0, 32);
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
}
