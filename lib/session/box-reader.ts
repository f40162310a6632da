import { NetworkSession } from 'box-node-sdk/networking/network';
import { authenticationFor } from '../box/authentication.ts';
import type { CallGate } from '../box/call-gate.ts';
import type { BoxEndpoints } from '../box/endpoints.ts';
import { networkClientFor } from '../box/network-client.ts';
import { type RetryOptions, retryWithin } from '../box/retry.ts';
import type { TokenSource } from '../token/token-source.ts';

export interface BoxReaderOptions {
  readonly endpoints: BoxEndpoints;
  readonly tokens: TokenSource;
  readonly gate: CallGate;
  readonly signal: AbortSignal;
  readonly remainingMs: () => number;
  readonly onThrottled?: RetryOptions['onThrottled'];
}

/** Reads Box as the service account, without a manager that a job would have to declare. */
export interface BoxReader {
  /** @param path below `/2.0`, with its slash. @returns parsed JSON. @throws BoxRequestFailed */
  get(path: string, query?: Readonly<Record<string, string>>): Promise<unknown>;
}

export function boxReader({ endpoints, tokens, gate, signal, remainingMs, onThrottled }: BoxReaderOptions): BoxReader {
  const auth = authenticationFor(tokens, { type: 'enterprise' }, { signal, remainingMs });
  const retry = retryWithin({ remainingMs, onThrottled });
  const client = networkClientFor({ retry, signal, gate });
  const networkSession = new NetworkSession({ networkClient: client, retryStrategy: retry });
  return {
    async get(path, query = {}) {
      const url = `${endpoints.apiUrl}/2.0${path}`;
      const { data } = await client.fetch({ url, method: 'GET', params: { ...query }, responseFormat: 'json', auth, networkSession });
      return data;
    },
  };
}
