import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../http/aws-error.ts';
import type { AwsRequest } from '../http/aws-request.ts';

export interface Checksum {
  /** As in header names: `crc32`, `sha1`, `sha256`. */
  readonly algorithm: string;
  /** Base64; of a multipart object `…-N`, the checksum of its parts' checksums. */
  readonly value: string;
}

interface Digest {
  update(content: Buffer): void;
  /** Base64. */
  value(): string;
}

const digests: Readonly<Record<string, () => Digest>> = {
  crc32: () => {
    let sum = 0;
    return {
      update: (content) => {
        sum = crc32(content, sum);
      },
      value: () => {
        const bytes = Buffer.alloc(4);
        bytes.writeUInt32BE(sum);
        return bytes.toString('base64');
      },
    };
  },
  sha1: () => hash('sha1'),
  sha256: () => hash('sha256'),
};

function hash(name: string): Digest {
  const running = createHash(name);
  return { update: (content) => void running.update(content), value: () => running.digest('base64') };
}

/** @throws AwsError `NotImplemented` for an algorithm that the sandbox cannot compute. */
export function newDigest(algorithm: string): Digest {
  const make = digests[algorithm];
  if (make === undefined) throw new AwsError('NotImplemented', `The sandbox does not know the checksum algorithm ${algorithm}.`, 501);
  return make();
}

/** The algorithm whose checksum a request brings, in a header or a trailer, or asks for. */
export function algorithmOf(request: AwsRequest): string | undefined {
  const inHeader = Object.keys(request.stream.headers).find(
    (name) => name.startsWith('x-amz-checksum-') && !/-(mode|type|algorithm)$/.test(name),
  );
  const named = inHeader ?? request.header('x-amz-trailer');
  if (named?.startsWith('x-amz-checksum-')) return named.slice('x-amz-checksum-'.length);
  return (request.header('x-amz-sdk-checksum-algorithm') ?? request.header('x-amz-checksum-algorithm'))?.toLowerCase();
}

export function checksumHeaders(checksum: Checksum | undefined): Readonly<Record<string, string>> {
  if (checksum === undefined) return {};
  const type = checksum.value.includes('-') ? 'COMPOSITE' : 'FULL_OBJECT';
  return { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value, 'x-amz-checksum-type': type };
}
