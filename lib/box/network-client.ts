import type { Authentication } from 'box-node-sdk/networking/auth';
import type { FetchOptions, FetchOptionsInput } from 'box-node-sdk/networking/fetchOptions';
import type { FetchResponse } from 'box-node-sdk/networking/fetchResponse';
import type { NetworkClient } from 'box-node-sdk/networking/networkClient';
import type { RetryStrategy } from 'box-node-sdk/networking/retries';
import { NightporterError } from '../errors.ts';
import { type HttpResponse, readAll, send } from '../http/send.ts';
import { retryAfter, wait } from '../http/wait.ts';
import { isTokenAuthentication } from './authentication.ts';
import { bodyOf, closeSources, isConsumed } from './body.ts';
import type { CallGate } from './call-gate.ts';
import { kindOf } from './call-kind.ts';
import { assertBoxUrl } from './endpoints.ts';
import { type Named, nameOf, refusalOf } from './refusal.ts';

const maxRedirects = 5;

/** The first new token may be the fleet's, or may have been on its way already, and have been revoked together with the old one. */
const mostRenewals = 2;

/** Sent again by `send` when a reused connection was dead: everything but POST and PATCH, which might then be carried out twice. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

export interface NetworkClientOptions {
  readonly retry: RetryStrategy;
  readonly signal: AbortSignal;
  /** Left out: every request goes at once. */
  readonly gate?: CallGate | undefined;
  /** Left out: over the network. */
  readonly transport?: Transport | undefined;
}

/** How a request gets to Box, and its answer back. */
export type Transport = typeof send;

/** The SDK's `NetworkClient` port over kept-alive connections; errors carry no request. One per invocation. */
export function networkClientFor(port: NetworkClientOptions): NetworkClient {
  return {
    async fetch(input) {
      const options = (input.networkSession?.interceptors ?? []).reduce((o, i) => i.beforeRequest(o), input as FetchOptions);
      const response = await call(options, port);
      return (input.networkSession?.interceptors ?? []).reduce((r, i) => i.afterRequest(r), response);
    },
  };
}

/** One call with its retries: renewal after a 401 at once, waits as the strategy says, redirects as Box needs them. */
async function call(first: FetchOptions, { retry, signal, gate, transport = send }: NetworkClientOptions): Promise<FetchResponse> {
  const asked = nameOf(first);
  let options = first;
  let renewals = 0;
  let redirects = 0;
  for (let attempt = 1; ; ) {
    const { authorization, renew } = await authorize(options.auth);
    const held = gate?.admit(signal, kindOf(options.url));
    if (held) await held;
    const { response, error } = await exchange(options, { asked, authorization, signal, transport });
    const statedMs = response.status === 429 ? retryAfter(response.headers['retry-after']) : undefined;
    if (statedMs !== undefined) gate?.pause(statedMs);
    const location = isRedirect(response.status) ? response.headers.location : undefined;
    if (location && options.followRedirects !== false) {
      const next = ++redirects > maxRedirects || isConsumed(options) ? undefined : redirected(options, location);
      if (!next) throw refusalOf(asked, response);
      options = next;
    } else if (response.status === 401 && renew && !isConsumed(options) && renewals < mostRenewals) {
      renewals++;
      await renew();
    } else if (response.status >= 200 && response.status < 400 && response.status !== 202) {
      return response;
    } else if (await retry.shouldRetry(options, response, attempt)) {
      response.content?.destroy();
      await wait(retry.retryAfter(options, response, attempt) * 1000, signal);
      attempt++;
    } else if (response.status === 202) {
      // The SDK looks at the status alone: an answer that nobody reads would keep its connection.
      response.content?.destroy();
      return response;
    } else {
      throw error ?? refusalOf(asked, response);
    }
  }
}

interface Authorization {
  readonly authorization?: string;
  /** Replaces the token that was sent, once for all who hold it. */
  readonly renew?: () => Promise<unknown>;
}

async function authorize(auth: Authentication | undefined): Promise<Authorization> {
  if (!auth) return {};
  if (!isTokenAuthentication(auth)) return { authorization: await auth.retrieveAuthorizationHeader() };
  const token = await auth.token();
  return { authorization: token.authorization, renew: () => auth.renew(token) };
}

interface Exchange {
  readonly asked: Named;
  readonly authorization: string | undefined;
  readonly signal: AbortSignal;
  readonly transport: Transport;
}

/** One exchange. A lost connection is status 0 with its error, which is how the SDK's retry port knows it. */
async function exchange(
  options: FetchOptionsInput,
  { asked, authorization, signal, transport }: Exchange,
): Promise<{ response: FetchResponse; error?: NightporterError }> {
  assertBoxUrl(options.url);
  const { headers, content } = bodyOf(options);
  const { cancellationToken } = options;
  try {
    const answer = await transport({
      method: options.method,
      url: addressOf(options.url, options.params),
      headers: {
        ...headers,
        ...options.headers,
        ...(authorization !== undefined && { authorization }),
        ...options.networkSession?.additionalHeaders,
      },
      body: content,
      signal: cancellationToken ? AbortSignal.any([signal, cancellationToken]) : signal,
      repeatable: repeatable.has(options.method) && !isConsumed(options),
      ...(options.networkSession?.timeoutConfig?.timeoutMs && {
        timeoutMs: options.networkSession.timeoutConfig.timeoutMs,
      }),
    });
    if (options.responseFormat === 'binary' && answer.status < 300) return { response: responseOf(answer, { content: answer.body }) };
    return { response: decode(options, asked, answer, await readAll(answer.body)) };
  } catch (error) {
    closeSources(options);
    if (error instanceof NightporterError || signal.aborted || cancellationToken?.aborted) throw error;
    const sentence = `Try again later: the connection to Box failed during ${asked.method} ${asked.path}.`;
    return {
      response: { status: 0, headers: {} },
      error: new NightporterError('BOX_UNREACHABLE', sentence, {
        cause: error,
      }),
    };
  }
}

function decode({ url, responseFormat }: FetchOptionsInput, asked: Named, answer: HttpResponse, body: Buffer): FetchResponse {
  if (body.length === 0 || (responseFormat !== 'json' && answer.status < 400)) return responseOf(answer, { url });
  try {
    return responseOf(answer, { url, data: JSON.parse(body.toString('utf8')) });
  } catch {
    if (answer.status >= 300 || answer.status === 202) return responseOf(answer, { url });
    throw new NightporterError(
      'BOX_RESPONSE_INVALID',
      `Check what stands between this function and Box (a proxy?): ${asked.method} ${asked.path} was answered with something that is not JSON.`,
    );
  }
}

function responseOf({ status, headers }: HttpResponse, rest: Pick<FetchResponse, 'url' | 'data' | 'content'>): FetchResponse {
  return { ...rest, status, headers };
}

function isRedirect(status: number): boolean {
  return status >= 300 && status < 400;
}

/** The address of a download carries its own permission: a token is never sent to another origin. `undefined` where Box names no address. */
function redirected(options: FetchOptions, location: string): FetchOptions | undefined {
  const target = URL.parse(location, options.url);
  if (!target) return undefined;
  const { auth, params: _, networkSession, ...rest } = options;
  const isSameOrigin = target.origin === new URL(options.url).origin;
  // With the session go its headers: on whose behalf the call is made is nobody else's business either.
  return { ...rest, url: target.href, ...(isSameOrigin && { auth, networkSession }) } as FetchOptions;
}

/** Without a fragment: the SDK tells operations on one address apart by one (`#update_shared_link`), and HTTP sends none. */
function addressOf(url: string, params: FetchOptions['params']): string {
  const fragment = url.indexOf('#');
  const address = fragment < 0 ? url : url.slice(0, fragment);
  const query = params ? new URLSearchParams(params).toString() : '';
  return query ? `${address}?${query}` : address;
}
