import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

export interface Credential {
  readonly accessKeyId: string;
  readonly region: string;
  /** Signing name of the service that the request is for. */
  readonly service: string;
}

/** A request to AWS, as it came. */
export class AwsRequest {
  readonly stream: IncomingMessage;
  readonly method: string;
  /** As sent: percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  #body: Promise<Buffer> | undefined;

  constructor(incoming: IncomingMessage) {
    this.stream = incoming;
    this.method = incoming.method ?? 'GET';
    const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
    this.path = path;
    this.query = new URLSearchParams(query);
  }

  /** A presigned address has headers of AWS's in its query. */
  header(name: string): string | undefined {
    const value = this.stream.headers[name] ?? (name.startsWith('x-amz-') ? this.query.get(name) : undefined) ?? undefined;
    return Array.isArray(value) ? value.join(',') : value;
  }

  /** When a presigned address ends, in milliseconds since 1970; `undefined` for a request that is signed by a header. */
  get validUntil(): number | undefined {
    const [, year, month, day, hour, minute, second] = /^(....)(..)(..)T(..)(..)(..)Z$/.exec(this.query.get('X-Amz-Date') ?? '') ?? [];
    if (year === undefined) return undefined;
    return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) + Number(this.query.get('X-Amz-Expires')) * 1000;
  }

  /** Who signed, and for what service (SigV4). The signature itself is not verified. */
  credential(): Credential | undefined {
    const inHeader = /^AWS4-HMAC-SHA256 .*Credential=([^,\s]+)/.exec(this.header('authorization') ?? '')?.[1];
    const scope = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/.exec(inHeader ?? this.query.get('X-Amz-Credential') ?? '');
    if (scope === null) return undefined;
    const [, accessKeyId = '', region = '', service = ''] = scope;
    return { accessKeyId, region, service };
  }

  /** The whole body; for the services whose bodies are small. */
  body(): Promise<Buffer> {
    this.#body ??= Array.fromAsync(this.stream as AsyncIterable<Buffer>).then((chunks) => Buffer.concat(chunks));
    return this.#body;
  }

  /** @throws AwsError `SerializationException` when the body is not a JSON object. */
  async json(): Promise<Readonly<Record<string, unknown>>> {
    const text = (await this.body()).toString() || '{}';
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
    } catch {
      // falls through to the same refusal
    }
    throw new AwsError('SerializationException', 'The request body is not a JSON object.');
  }
}
