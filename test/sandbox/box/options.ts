import { randomBytes } from 'node:crypto';
import type { AppIdentity, AppSettings } from './app-settings.ts';
import type { Exchange } from './exchange.ts';

export interface BoxOptions {
  /** On 127.0.0.1; 0, the default, takes any free one. */
  readonly port?: number;
  /** Managed users in the enterprise; default 100. */
  readonly users?: number;
  /** The same seed gives the same enterprise; default 1. */
  readonly seed?: number;
  /** Folders that the first user owns, files on top; default 600. */
  readonly contentFolders?: number;
  /** The simulator's clock, in milliseconds; default `Date.now`. */
  readonly now?: () => number;
  readonly enterpriseId?: string;
  readonly clientId?: string;
  /** Default: random, new at each start. */
  readonly clientSecret?: string;
  /** Lifetime of every token; by default it varies from 3,646 to 4,175 seconds, as Box's does. */
  readonly expiresInSeconds?: number;
  /** API calls per user and minute; default 1,000, as Box's. */
  readonly ratePerMinute?: number;
  /** PEM texts; given, the simulator speaks https. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly appSettings?: Partial<AppSettings>;
  /** Requests that the journal keeps at least; default 100,000; 0 turns it off. */
  readonly journalLimit?: number;
  /** Called for every request, before its answer leaves. */
  readonly onExchange?: (exchange: Exchange) => void;
}

export function identity(options: BoxOptions): AppIdentity {
  return {
    clientId: options.clientId ?? 'sandbox-client-id',
    clientSecret: options.clientSecret ?? randomBytes(16).toString('hex'),
    enterpriseId: options.enterpriseId ?? '900001',
  };
}

export const defaults = {
  port: 0,
  ratePerMinute: 1000,
  journalLimit: 100_000,
  shortestLife: 3646,
  longestLife: 4175,
} as const;
