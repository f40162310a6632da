import type { FetchOptionsInput } from 'box-node-sdk/networking/fetchOptions';
import type { FetchResponse } from 'box-node-sdk/networking/fetchResponse';
import { retryAfter } from '../http/wait.ts';
import { BoxRequestFailed } from './box-error.ts';

/** What errors call a request. */
export interface Named {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  /** On whose behalf it was made stands in a header of its own. */
  readonly asUser: boolean;
}

/** Of the request that was asked for, and not of one that Box redirected it to: the address of a download is its own permission. */
export function nameOf({
  method,
  url,
  headers,
  networkSession,
}: Pick<FetchOptionsInput, 'method' | 'url' | 'headers' | 'networkSession'>): Named {
  return {
    method,
    // Read when there is an error to tell: parsing would cost each call.
    get path() {
      return URL.parse(url)?.pathname ?? '';
    },
    get asUser() {
      return 'as-user' in { ...headers, ...networkSession?.additionalHeaders };
    },
  };
}

/** What Box said instead of doing it. */
export function refusalOf({ method, path, asUser }: Named, { status, headers, data }: FetchResponse): BoxRequestFailed {
  const body = data !== null && typeof data === 'object' ? (data as Record<string, unknown>) : {};
  const text = (value: unknown): string | undefined => (typeof value === 'string' ? value.slice(0, 300) : undefined);
  return new BoxRequestFailed({
    method,
    path,
    status,
    asUser,
    boxCode: text(body.code) ?? oauthError(headers['www-authenticate']),
    boxMessage: text(body.message),
    requestId: text(body.request_id) ?? headers['box-request-id'],
    retryAfterMs: retryAfter(headers['retry-after']),
    contextInfo: body.context_info,
  });
}

/** A refused token comes with an empty body; the reason stands in the header (RFC 6750 3). */
function oauthError(challenge: string | undefined): string | undefined {
  return challenge?.match(/error="([^"]{1,100})"/)?.[1];
}
