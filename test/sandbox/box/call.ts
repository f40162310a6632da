import type { IncomingHttpHeaders } from 'node:http';
import type { BoxApp } from './app-settings.ts';
import type { Enterprise } from './enterprise.ts';
import type { RateLimit } from './rate-limit.ts';
import type { LiveToken, TokenStore } from './token.ts';
import type { UserRecord } from './user-record.ts';

/** The state behind every route. */
export interface BoxWorld {
  readonly app: BoxApp;
  readonly enterprise: Enterprise;
  readonly tokens: TokenStore;
  readonly rateLimit: RateLimit;
  /** Lifetime of the next token, in seconds. */
  readonly expiresIn: () => number;
}

/** One request as the routes see it. What `subject` and `tokenFingerprint` hold in the end goes into the journal. */
export interface Call {
  readonly method: string;
  readonly path: string;
  /** As sent, without the question mark. */
  readonly search: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** From the path, such as `id`. */
  params: Readonly<Record<string, string>>;
  subject: string | undefined;
  tokenFingerprint: string | undefined;
}

/** Whom the call acts as, after the token and the `as-user` header. */
export interface Caller {
  readonly user: UserRecord;
  readonly token: LiveToken;
  /** May look at the whole enterprise: the service account with enterprise access, administrators and co-administrators. */
  readonly administers: boolean;
}
