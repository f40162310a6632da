import type { Readable } from 'node:stream';
import type { SecretsManagerClientConfig } from '@aws-sdk/client-secrets-manager';
import { readAll, send } from './send.ts';

type RequestHandler = NonNullable<SecretsManagerClientConfig['requestHandler']>;

/** The part of the SDK's request that a handler needs (smithy's `HttpRequest`). */
interface SignedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: Readonly<Record<string, string | string[] | null>>;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What every AWS client is made with: our connections, so that AWS and Box share one transport and nothing else is loaded. */
export interface AwsClientOptions {
  readonly requestHandler: RequestHandler;
  readonly streamCollector: (stream: Readable) => Promise<Uint8Array>;
  readonly maxAttempts: number;
}

export function awsClientOptions(): AwsClientOptions {
  return {
    requestHandler: awsRequestHandler,
    streamCollector: readAll,
    maxAttempts: 4,
  };
}

const timeoutMs = 10_000;

async function handle(
  { protocol, hostname, port, path, query, method, headers, body }: SignedRequest,
  options?: { abortSignal?: AbortSignal },
) {
  const search = queryString(query);
  const {
    status,
    headers: answered,
    body: stream,
  } = await send({
    method,
    url: `${protocol}//${hostname}${port ? `:${port}` : ''}${path}${search ? `?${search}` : ''}`,
    headers,
    body: bytes(body),
    signal: options?.abortSignal,
    timeoutMs,
    // The SDK repeats what may be repeated, and counts it: a conditional write needs to know that it was sent twice.
    repeatable: false,
  });
  return { response: { statusCode: status, headers: answered, body: stream } };
}

const awsRequestHandler: RequestHandler = {
  handle,
  metadata: { handlerProtocol: 'http/1.1' },
  updateHttpClientConfig: () => {},
  httpHandlerConfigs: () => ({}),
};

/** The SDK hands over strings, bytes, and adapters that look like bytes and warn when they are converted. */
function bytes(body: unknown): string | Uint8Array | Readable | undefined {
  if (body === undefined || body === null || typeof body === 'string') return body ?? undefined;
  if (ArrayBuffer.isView(body)) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return body as Readable;
}

/** As it was signed: RFC 3986, every reserved character escaped. */
function queryString(query: Readonly<Record<string, string | string[] | null>> | undefined): string {
  if (!query) return '';
  const pairs: string[] = [];
  for (const key of Object.keys(query).sort()) {
    const values = query[key];
    for (const value of Array.isArray(values) ? values : [values]) {
      pairs.push(typeof value === 'string' ? `${escaped(key)}=${escaped(value)}` : escaped(key));
    }
  }
  return pairs.join('&');
}

function escaped(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
