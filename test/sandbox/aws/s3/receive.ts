import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { AwsError } from '../http/aws-error.ts';
import type { AwsRequest } from '../http/aws-request.ts';
import { decodeChunks } from './aws-chunked.ts';
import { algorithmOf, type Checksum, newDigest } from './checksum.ts';

/** Content that lies in a file of its own, so that big reports do not grow the sandbox's memory. */
export interface Content {
  readonly path: string;
  readonly bytes: number;
  readonly md5: Buffer;
  readonly checksum: Checksum | undefined;
}

/**
 * Streams an upload into `path`, without its framing.
 * @throws AwsError `BadDigest` or `IncompleteBody`, and leaves no file then
 */
export async function receive(request: AwsRequest, path: string): Promise<Content> {
  try {
    return await receiveInto(request, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

async function receiveInto(request: AwsRequest, path: string): Promise<Content> {
  const algorithm = algorithmOf(request);
  const digest = algorithm === undefined ? undefined : newDigest(algorithm);
  const md5 = createHash('md5');
  const trailers = new Map<string, string>();
  let bytes = 0;
  const isChunked =
    request.header('x-amz-content-sha256')?.startsWith('STREAMING-') || request.header('content-encoding')?.startsWith('aws-chunked');
  const content = isChunked ? decodeChunks(request.stream, trailers) : (request.stream as AsyncIterable<Buffer>);
  await pipeline(async function* () {
    for await (const piece of content) {
      bytes += piece.length;
      md5.update(piece);
      digest?.update(piece);
      yield piece;
    }
  }, createWriteStream(path));
  const promised = request.header('x-amz-decoded-content-length');
  if (promised !== undefined && Number(promised) !== bytes)
    throw new AwsError('IncompleteBody', 'The request body terminated unexpectedly.');
  const digestOfContent = md5.digest();
  mustEqual('Content-MD5', request.header('content-md5'), digestOfContent.toString('base64'));
  if (algorithm === undefined || digest === undefined) return { path, bytes, md5: digestOfContent, checksum: undefined };
  const name = `x-amz-checksum-${algorithm}`;
  const checksum = { algorithm, value: digest.value() };
  mustEqual(algorithm.toUpperCase(), trailers.get(name) ?? request.header(name), checksum.value);
  return { path, bytes, md5: digestOfContent, checksum };
}

function mustEqual(name: string, claimed: string | undefined, computed: string): void {
  if (claimed === undefined || claimed === computed) return;
  throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
}
