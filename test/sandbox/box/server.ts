import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { BoxWorld } from './call.ts';
import { type Desk, openDesk } from './desk.ts';
import type { Enterprise } from './enterprise/enterprise.ts';
import type { EventLog } from './events/event-log.ts';
import { Faults } from './faults/faults.ts';
import { type Exchanger, exchanger } from './http/exchange.ts';
import { routeApi, routeDownloads } from './http/routes.ts';
import type { Journal } from './journal.ts';
import { type BoxOptions, defaults } from './options.ts';
import type { BoxApp } from './tokens/app-settings.ts';
import type { TokenStore } from './tokens/token.ts';
import type { Webhooks } from './webhooks/webhooks.ts';
import { createWorld, type Origins } from './world.ts';

export interface BoxSimulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:49152`: base URL and OAuth URL; with `/upload/api` behind it, the upload URL. */
  readonly url: string;
  /** Where downloads are redirected to: another port, so another origin. */
  readonly downloadUrl: string;
  /** Client id, client secret, enterprise and switches of the app. */
  readonly app: BoxApp;
  readonly enterprise: Enterprise;
  readonly tokens: TokenStore;
  readonly events: EventLog;
  readonly webhooks: Webhooks;
  readonly faults: Faults;
  readonly journal: Journal;
  /** What happens without a request: people who share, upload, log in; sums over everything. */
  readonly desk: Desk;
  /** Ends every connection, hanging ones too. */
  close(): Promise<void>;
}

/** A stateful Box on loopback. @throws when the port is taken. */
export async function startBox(options: BoxOptions = {}): Promise<BoxSimulator> {
  const origins: Origins = { api: '', downloads: '' };
  const world = createWorld(options, origins);
  const faults = new Faults();
  let requests = 0;
  const nextRequestId = () => `sim${(++requests).toString(36).padStart(13, '0')}`;
  const { journal, now } = world;
  const board = { world, faults, journal, now, nextRequestId, onExchange: options.onExchange };
  const api = await listen(options, exchanger(board, routeApi), options.port ?? defaults.port);
  const downloads = await listen(options, exchanger(board, routeDownloads), 0);
  origins.api = originOf(api, options);
  origins.downloads = originOf(downloads, options);
  const close = async () => {
    await Promise.all([end(api), end(downloads)]);
  };
  return { ...visible(world), url: origins.api, downloadUrl: origins.downloads, faults, close, [Symbol.asyncDispose]: close };
}

function visible(world: BoxWorld): Pick<BoxSimulator, 'app' | 'enterprise' | 'tokens' | 'events' | 'webhooks' | 'journal' | 'desk'> {
  const { app, enterprise, tokens, events, webhooks, journal } = world;
  return { app, enterprise, tokens, events, webhooks, journal, desk: openDesk(world) };
}

async function listen({ tls }: BoxOptions, exchange: Exchanger, port: number): Promise<Server> {
  const server = tls ? createTlsServer(tls, exchange) : createServer(exchange);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new Error(`Port ${port} of 127.0.0.1 is taken: choose another for Box, or none to get a free one.`, { cause });
  });
  return server;
}

function originOf(server: Server, { tls }: BoxOptions): string {
  const { port } = server.address() as AddressInfo;
  return `${tls ? 'https' : 'http'}://127.0.0.1:${port}`;
}

function end(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
