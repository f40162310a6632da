import type { FetchOptions } from 'box-node-sdk/networking/fetchOptions';
import type { FetchResponse } from 'box-node-sdk/networking/fetchResponse';
import type { RetryStrategy } from 'box-node-sdk/networking/retries';
import { waitBeforeRetry } from '../http/wait.ts';
import { isConsumed } from './body.ts';

export interface RetryOptions {
  /** Attempts of one call, the first included; 5 if left out. */
  readonly maxAttempts?: number;
  /** Time left in this invocation, in ms: a wait that does not fit is not begun. */
  readonly remainingMs: () => number;
  /** Told of each 429, whether the call is sent again or not. */
  readonly onThrottled?: (() => void) | undefined;
}

/** What may be sent again although it may have been carried out: HTTP's idempotent methods (RFC 9110 9.2.2). */
const idempotent = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/**
 * The SDK's `RetryStrategy` port. Waits as long as Box's `Retry-After` says; a POST is sent again only after a 429, where Box has
 * surely done nothing; status 0 stands for a lost connection. A 401 is not retried here: the network client renews the token at once.
 */
export function retryWithin({ maxAttempts = 5, remainingMs, onThrottled }: RetryOptions): RetryStrategy {
  // The SDK asks twice, whether and how long: the jitter must be the same in both answers.
  const waits = new WeakMap<FetchResponse, number>();
  const waitOf = (response: FetchResponse, attempt: number): number => {
    const known = waits.get(response) ?? waitBeforeRetry(response.headers, attempt);
    waits.set(response, known);
    return known;
  };
  return {
    async shouldRetry(options, response, attempt) {
      if (response.status === 429) onThrottled?.();
      return attempt < maxAttempts && isRetryable(options, response) && waitOf(response, attempt) < remainingMs();
    },
    retryAfter: (_options, response, attempt) => waitOf(response, attempt) / 1000,
  };
}

function isRetryable(options: FetchOptions, { status, headers }: FetchResponse): boolean {
  const { method } = options;
  if (isConsumed(options)) return false;
  if (status === 429) return true;
  // "Not ready yet" of a download or a thumbnail (202 with Retry-After).
  if (status === 202) return method === 'GET' && 'retry-after' in headers;
  return (status === 0 || status >= 500) && idempotent.has(method);
}
