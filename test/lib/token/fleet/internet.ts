import { request as ask, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { refusalOf, type Service, serviceOf, type Trouble } from './trouble.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

export interface Asked {
  /** Name of the container that asks. */
  readonly container: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** What stands behind each service's door. */
export type Doors = Readonly<Record<Service, (asked: Asked) => Promise<Answer>>>;

/** One request as it passed; `container` is who sent it. */
export interface Passed {
  readonly container: string;
  readonly service: Service;
  readonly operation: string;
  /** 0 when the service never saw it. */
  readonly status: number;
  readonly trouble: Trouble | undefined;
}

/**
 * Everything that a fleet talks to, on one port; `/<container>/…` says who is talking, so that what one container hears can be held back.
 * A trouble is counted when it has met a request, not when it was arranged.
 */
export class Internet {
  readonly passed: Passed[] = [];
  readonly #server: Server;
  readonly #next = new Map<Service, Trouble[]>();
  readonly #lasting = new Map<Service, Trouble>();
  readonly #frozen = new Map<string, { readonly thawed: Promise<void>; readonly thaw: () => void }>();
  readonly #cut = new Set<string>();
  /** Requests that are answered when some time has gone by. */
  held = 0;
  readonly #now: () => number;
  readonly #doors: Doors;

  constructor(now: () => number, doors: Doors) {
    this.#now = now;
    this.#doors = doors;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
    // Real seconds go by on a busy machine, and hours on the fleet's clocks: neither is to end a connection.
    this.#server.keepAliveTimeout = 600_000;
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next requests to this service meet this, one each. */
  once(service: Service, trouble: Trouble, times: number): void {
    this.#next.set(service, [...(this.#next.get(service) ?? []), ...Array.from({ length: times }, () => trouble)]);
  }

  /** Every request to this service meets this, until `heal`. */
  always(service: Service, trouble: Trouble): void {
    this.#lasting.set(service, trouble);
  }

  heal(): void {
    this.#next.clear();
    this.#lasting.clear();
  }

  isTroubled(service: Service): boolean {
    return this.#lasting.has(service) || (this.#next.get(service)?.length ?? 0) > 0;
  }

  /** What this container asked for is done, and it hears of it after its thaw. */
  freeze(container: string): void {
    const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
    this.#frozen.set(container, { thawed, thaw });
  }

  thaw(container: string): void {
    this.#frozen.get(container)?.thaw();
    this.#frozen.delete(container);
  }

  /** This container is dead: it hears nothing any more, and nobody hears of it. */
  cut(container: string): void {
    this.#cut.add(container);
  }

  async close(): Promise<void> {
    for (const container of this.#frozen.keys()) this.thaw(container);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, container = '', path = '/'] = /^\/([^/]+)(\/.*)$/.exec(request.url ?? '') ?? [];
    const asked = { container, path, headers: request.headers, body: await buffer(request) };
    if (this.#cut.has(container)) return void response.destroy();
    const { service, operation } = serviceOf(asked);
    const trouble = this.#meet(service, operation);
    const unseen = trouble === 'throttled' || trouble === 'broken' ? refusalOf(service, trouble) : undefined;
    const answer = trouble === 'hang' ? undefined : (unseen ?? (await this.#doors[service](asked)));
    this.passed.push({ container, service, operation, status: answer?.status ?? 0, trouble });
    this.held++;
    if (trouble === 'slow') await sleep(service === 'box' ? 40 : 1_300);
    if (trouble === 'hang') await sleep(service === 'box' ? 60 : 1_300);
    await this.#frozen.get(container)?.thawed;
    this.held--;
    if (trouble === 'hang' || trouble === 'lost' || this.#cut.has(container) || !answer) response.destroy();
    else response.writeHead(answer.status, { ...answer.headers, date: new Date(this.#now()).toUTCString() }).end(answer.body);
  }

  #meet(service: Service, operation: string): Trouble | undefined {
    // Only what has to do with tokens is troubled: the calls that check them must come through.
    if (operation === 'call') return undefined;
    return this.#lasting.get(service) ?? this.#next.get(service)?.shift();
  }
}

/** Passes a request on to a server of the sandbox. */
export function forward(origin: string, { path, headers, body }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const passed = { ...headers, 'content-length': String(body.length), connection: 'close' };
    ask(`${origin}${path}`, { method: 'content-type' in headers ? 'POST' : 'GET', headers: passed }, (response) => {
      const { statusCode: status = 0 } = response;
      const { 'content-length': _, 'transfer-encoding': __, connection: ___, ...rest } = response.headers;
      buffer(response).then((answer) => resolve({ status, headers: rest as Record<string, string>, body: answer }), reject);
    })
      .on('error', reject)
      .end(body);
  });
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
