import { createHash, createHmac } from 'node:crypto';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Cli } from '../cli.ts';

export interface UnsignedPost {
  /** As it stands in the credential scope of a signature. */
  readonly service: string;
  readonly url: URL;
  readonly contentType: string;
  readonly body: string;
  /** Where the service has one Region for all; the command's own if left out. */
  readonly region?: string;
}

/**
 * Headers of a POST with signature version 4, by the credentials that the SDK finds: docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 * @throws the SDK's error where it finds no credentials or no Region
 */
export async function signedHeaders({ aws }: Pick<Cli, 'aws'>, request: UnsignedPost): Promise<Readonly<Record<string, string>>> {
  const { service, contentType, body, region } = request;
  const { host, hostname, port, pathname, protocol } = request.url;
  const found = new LambdaClient(aws).config;
  const signer = new SignatureV4({ service, region: region ?? found.region, credentials: found.credentials, sha256: Sha256 });
  const { headers } = await signer.sign({
    method: 'POST',
    protocol,
    hostname,
    ...(port !== '' && { port: Number(port) }),
    path: pathname,
    headers: { host, 'content-type': contentType },
    body,
  });
  return headers;
}

/** What the signer asks of a hash. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytes(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(bytes(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
}

function bytes(data: string | ArrayBuffer | ArrayBufferView): Buffer {
  if (typeof data === 'string') return Buffer.from(data);
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}
