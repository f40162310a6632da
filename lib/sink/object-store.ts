import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { NightporterError } from '../errors.ts';

export interface NewObject {
  readonly bucket: string;
  readonly key: string;
  readonly contentType: string;
  /** Whether it may take the place of one with the same key; not if left out. */
  readonly mayReplace?: boolean;
}

/** An object in parts; nobody can see it before `complete`. */
export interface MultipartUpload {
  /** At least 5 MiB, but for the last one: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
  part(body: Uint8Array, signal?: AbortSignal): Promise<void>;
  complete(signal?: AbortSignal): Promise<void>;
  /** Frees the storage of the parts. Takes no signal: it is what is left to do when the run's own signal has aborted. */
  abort(): Promise<void>;
}

/**
 * What the report sink needs of an object store. An object that is there already is overwritten only where it says that it may be.
 * Every method throws the signal's reason when that has aborted, and otherwise NightporterError `REPORT_NOT_WRITTEN`.
 */
export interface ObjectStore {
  put(object: NewObject, body: Uint8Array, signal?: AbortSignal): Promise<void>;
  begin(object: NewObject, signal?: AbortSignal): Promise<MultipartUpload>;
  /** A small one, whole. `undefined` where there is none, or where S3 does not tell whether there is one. */
  read(object: Pick<NewObject, 'bucket' | 'key'>, signal?: AbortSignal): Promise<string | undefined>;
}

export interface ObjectStoreOptions {
  /** For runs whose steps may be done again: a repeat writes the same once more. */
  readonly overwrites?: boolean;
}

/** Amazon S3. Encryption is the bucket's default. */
export function s3ObjectStore(client: S3Client, { overwrites = false }: ObjectStoreOptions = {}): ObjectStore {
  const onlyNew = overwrites ? {} : { IfNoneMatch: '*' };
  return {
    async put({ bucket, key, contentType, mayReplace = false }, body, signal) {
      const condition = mayReplace ? {} : onlyNew;
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, ContentType: contentType, Body: body, ...condition });
      await onlyOnce(key, client.send(command, options(signal)), signal);
    },

    async begin({ bucket, key, contentType }, signal) {
      // S3 refuses parts with a checksum (the SDK's default) unless the upload was begun with the same algorithm.
      const command = new CreateMultipartUploadCommand({ Bucket: bucket, Key: key, ContentType: contentType, ChecksumAlgorithm: 'CRC32' });
      const { UploadId } = await answered(key, client.send(command, options(signal)), signal);
      if (!UploadId) throw refusal(key, new Error('no upload id'));
      return s3Upload(client, { Bucket: bucket, Key: key, UploadId }, onlyNew);
    },

    async read({ bucket, key }, signal) {
      const found = client.send(new GetObjectCommand({ Bucket: bucket, Key: key }), options(signal));
      const { Body } = await answered(key, found.catch(unlessUnknown), signal);
      return Body && (await answered(key, Body.transformToString(), signal));
    },
  };
}

interface UploadAddress {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string;
}

function s3Upload(client: S3Client, upload: UploadAddress, onlyNew: { readonly IfNoneMatch?: string }): MultipartUpload {
  const parts: CompletedPart[] = [];
  return {
    async part(body, signal) {
      const PartNumber = parts.length + 1;
      const command = new UploadPartCommand({ ...upload, PartNumber, Body: body, ChecksumAlgorithm: 'CRC32' });
      const { ETag, ChecksumCRC32 } = await answered(upload.Key, client.send(command, options(signal)), signal);
      parts.push({
        PartNumber,
        ...(ETag && { ETag }),
        ...(ChecksumCRC32 && { ChecksumCRC32 }),
      });
    },
    async complete(signal) {
      const command = new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts: parts },
        ...onlyNew,
      });
      await onlyOnce(upload.Key, client.send(command, options(signal)), signal);
    },
    async abort() {
      await answered(upload.Key, client.send(new AbortMultipartUploadCommand(upload)));
    },
  };
}

/** `abortSignal: undefined` is not the same as no such key under `exactOptionalPropertyTypes`. */
function options(signal: AbortSignal | undefined): {
  abortSignal?: AbortSignal;
} {
  return signal ? { abortSignal: signal } : {};
}

async function answered<T>(key: string, call: Promise<T>, signal?: AbortSignal): Promise<T> {
  try {
    return await call;
  } catch (error) {
    signal?.throwIfAborted();
    throw refusal(key, error);
  }
}

/** The SDK repeats a write whose answer was lost; the repeat then meets the object that the first one made, which is success. */
async function onlyOnce(key: string, call: Promise<unknown>, signal?: AbortSignal): Promise<void> {
  const repeated = call.catch((error: unknown) => {
    const { httpStatusCode, attempts = 1 } = metadata(error);
    if (httpStatusCode !== 412 || attempts < 2) throw error;
  });
  await answered(key, repeated, signal);
}

/** Who may not list the bucket is refused what is not there: docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html */
function unlessUnknown(error: unknown): { readonly Body?: undefined } {
  const { httpStatusCode: status } = metadata(error);
  if (status !== 403 && status !== 404) throw error;
  return {};
}

interface Metadata {
  readonly httpStatusCode?: number;
  readonly attempts?: number;
}

function metadata(error: unknown): Metadata {
  return (error as { readonly $metadata?: Metadata } | null)?.$metadata ?? {};
}

/** The SDK's errors hold the request and its answer; the cause keeps their name and status alone. */
function refusal(key: string, error: unknown): NightporterError {
  const { httpStatusCode: status } = metadata(error);
  const name = error instanceof Error ? error.name : 'unknown error';
  const fact = status === undefined ? name : `${name}, HTTP ${status}`;
  const file = key.slice(key.lastIndexOf('/') + 1);
  const advice =
    status === 412
      ? 'Start a new run: this one has written'
      : "Check the report bucket and the function's right to write to it: S3 refused";
  return new NightporterError('REPORT_NOT_WRITTEN', `${advice} ${file} (${fact}).`, { cause: new Error(fact) });
}
