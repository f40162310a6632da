import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { BoxApp } from './app-settings.ts';
import type { BoxWorld } from './call.ts';
import type { Enterprise } from './enterprise.ts';
import { exchanger } from './exchange.ts';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import { type BoxOptions, defaults, identity } from './options.ts';
import { randomStream } from './random.ts';
import { RateLimit } from './rate-limit.ts';
import { seedEnterprise } from './seed.ts';
import { TokenStore } from './token.ts';

export interface BoxSimulator extends AsyncDisposable {
  /** Such as `http://127.0.0.1:49152`: base URL, upload URL and OAuth URL in one. */
  readonly url: string;
  /** Client id, client secret, enterprise and switches of the app. */
  readonly app: BoxApp;
  readonly enterprise: Enterprise;
  readonly tokens: TokenStore;
  readonly faults: Faults;
  readonly journal: Journal;
  /** Ends every connection, hanging ones too. */
  close(): Promise<void>;
}

/** A stateful Box on loopback. @throws when the port is taken. */
export async function startBox(options: BoxOptions = {}): Promise<BoxSimulator> {
  const now = options.now ?? Date.now;
  const world = createWorld(options, now);
  const faults = new Faults();
  const journal = new Journal(options.journalLimit ?? defaults.journalLimit);
  const exchange = exchanger({ world, faults, journal, now, onExchange: options.onExchange });
  const server = options.tls ? createTlsServer(options.tls, exchange) : createServer(exchange);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? defaults.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const { app, enterprise, tokens } = world;
  const url = `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}`;
  return { url, app, enterprise, tokens, faults, journal, close, [Symbol.asyncDispose]: close };
}

function createWorld(options: BoxOptions, now: () => number): BoxWorld {
  const random = randomStream(options.seed ?? 1);
  const { shortestLife, longestLife } = defaults;
  return {
    app: new BoxApp(identity(options), options.appSettings),
    enterprise: seedEnterprise(options),
    tokens: new TokenStore(now),
    rateLimit: new RateLimit(options.ratePerMinute ?? defaults.ratePerMinute, now),
    expiresIn: () => options.expiresInSeconds ?? shortestLife + Math.floor((longestLife - shortestLife + 1) * random()),
  };
}
