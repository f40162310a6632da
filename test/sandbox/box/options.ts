import { randomBytes } from 'node:crypto';
import { smallestSession } from './content/upload-session.ts';
import type { Exchange } from './http/exchange.ts';
import type { AppIdentity, AppSettings } from './tokens/app-settings.ts';
import type { SignatureKeys } from './webhooks/signature.ts';

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
  /** How long the minute is that these calls are counted in, in seconds; default 60. */
  readonly rateWindowSeconds?: number;
  /** Box's limits of 240 uploads a minute and of 6 searches a second and 60 a minute per user, 12 a second in all, times this; default 1. */
  readonly limitScale?: number;
  /** The most items of a folder on one page, whatever limit is asked for; default 1,000, as Box's. */
  readonly itemsPerPage?: number;
  /** Days before the start on which users have logged in; default 30. */
  readonly loginDays?: number;
  /** The longest that an event takes until the event streams show it; default 5 seconds, 0: at once. */
  readonly eventLagSeconds?: number;
  /** How long after an upload its bytes can't be downloaded yet (202 with Retry-After); default 0. */
  readonly contentDelaySeconds?: number;
  /** The least size of a file that comes in parts, in bytes; default 20,000,000, as Box's. */
  readonly smallestSession?: number;
  /** How long a commit of more than three parts is answered with 202 and Retry-After; default 1. */
  readonly commitDelaySeconds?: number;
  /** The least time that a transfer of content goes on after its answer; default 2 seconds, and one more for each 500 items. */
  readonly transferSeconds?: number;
  /** Keys that sign what webhooks are sent; default: random, new at each start. */
  readonly signatureKeys?: SignatureKeys;
  /** How long the address of a webhook may take to answer, in real seconds; default 30, as Box's. */
  readonly webhookTimeoutSeconds?: number;
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
  rateWindowSeconds: 60,
  limitScale: 1,
  itemsPerPage: 1000,
  loginDays: 30,
  eventLagSeconds: 5,
  contentDelaySeconds: 0,
  smallestSession,
  commitDelaySeconds: 1,
  transferSeconds: 2,
  webhookTimeoutSeconds: 30,
  journalLimit: 100_000,
  shortestLife: 3646,
  longestLife: 4175,
} as const;
