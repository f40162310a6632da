import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { NightporterError } from '../../errors.ts';
import type { Target } from './copy.ts';

export interface Place {
  readonly Bucket: string;
  readonly Key: string;
  /** ASCII values: ids, sizes, digests. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** An object of Amazon S3. Encryption is the bucket's default. @throws NightporterError `ARCHIVE_NOT_WRITTEN` from every method */
export function s3Target(client: S3Client, { Bucket, Key, metadata }: Place, signal: AbortSignal): Target {
  const options = { abortSignal: signal };
  const object = { Bucket, Key };
  const described = { ...object, ContentType: 'application/octet-stream', Metadata: { ...metadata } };
  return {
    async put(body) {
      await unlessThere(client.send(new PutObjectCommand({ ...described, Body: body, IfNoneMatch: '*' }), options), signal);
    },
    async begin() {
      const command = new CreateMultipartUploadCommand({ ...described, ChecksumAlgorithm: 'CRC32' });
      const { UploadId } = await answered(client.send(command, options), signal);
      return UploadId ?? '';
    },
    async part(UploadId, PartNumber, Body) {
      const command = new UploadPartCommand({ ...object, UploadId, PartNumber, Body, ChecksumAlgorithm: 'CRC32' });
      await answered(client.send(command, options), signal);
    },
    async complete(UploadId) {
      const Parts = await answered(partsSent(client, { ...object, UploadId }), signal);
      const command = new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts }, IfNoneMatch: '*' });
      await unlessThere(client.send(command, options), signal);
    },
    async abort(UploadId) {
      await answered(client.send(new AbortMultipartUploadCommand({ ...object, UploadId })));
    },
  };
}

/** S3 itself keeps the list, a thousand to a page: no attempt needs to know what the ones before have sent. */
async function partsSent(client: S3Client, upload: { readonly Bucket: string; readonly Key: string; readonly UploadId: string }) {
  const sent: { PartNumber?: number; ETag?: string; ChecksumCRC32?: string }[] = [];
  let after: string | undefined;
  do {
    const page = await client.send(new ListPartsCommand({ ...upload, ...(after !== undefined && { PartNumberMarker: after }) }));
    for (const { PartNumber, ETag, ChecksumCRC32 } of page.Parts ?? []) {
      sent.push({ ...(PartNumber && { PartNumber }), ...(ETag && { ETag }), ...(ChecksumCRC32 && { ChecksumCRC32 }) });
    }
    after = page.IsTruncated ? page.NextPartNumberMarker : undefined;
  } while (after !== undefined);
  return sent;
}

/** What is there is a copy of the same version: an earlier attempt whose answer was lost, or another event about it. */
async function unlessThere(call: Promise<unknown>, signal: AbortSignal): Promise<void> {
  await answered(
    call.catch((error: unknown) => {
      if (statusOf(error) !== 412) throw error;
    }),
    signal,
  );
}

/** An upload that S3 does not know any more, since the bucket's rules or another attempt ended it. */
export function isUploadGone(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Error && error.cause.message.startsWith('NoSuchUpload');
}

async function answered<T>(call: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await call;
  } catch (error) {
    signal?.throwIfAborted();
    const fact = [error instanceof Error ? error.name : 'unknown error', statusOf(error)].filter(Boolean).join(', HTTP ');
    const sentence = `Check the bucket and the function's right to write to its archive: S3 refused (${fact}).`;
    // The SDK's errors hold the request and its answer; the cause keeps their name and status alone.
    throw new NightporterError('ARCHIVE_NOT_WRITTEN', sentence, { cause: new Error(fact) });
  }
}

function statusOf(error: unknown): number | undefined {
  return (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)?.$metadata?.httpStatusCode;
}
