import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { NightporterError } from '../errors.ts';
import { readAll } from '../http/send.ts';

/** Texts by key. A repeated step puts the same text under the same key, so that putting overwrites. */
export interface WorkStore {
  put(key: string, text: string): Promise<void>;
  /** @throws NightporterError `WORK_LOST` when there is none */
  get(key: string): Promise<string>;
}

export function workStoreIn(client: S3Client, bucket: string): WorkStore {
  return {
    async put(key, text) {
      const command = new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: 'application/x-ndjson' });
      await client.send(command).catch((error) => {
        throw lost('Check the report bucket and the right to write to it', key, error);
      });
    },
    async get(key) {
      try {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        // The layer's own stream collector: what the SDK adds to a body is not part of it.
        return (await readAll(Body as Parameters<typeof readAll>[0])).toString('utf8');
      } catch (error) {
        throw lost('Start a new run: what this one has laid down is kept for a week', key, error);
      }
    },
  };
}

function lost(advice: string, key: string, error: unknown): NightporterError {
  const name = error instanceof Error ? error.name : 'unknown error';
  return new NightporterError('WORK_LOST', `${advice}: ${key.slice(key.lastIndexOf('/') + 1)} (${name}).`, { cause: new Error(name) });
}

export function lines(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}
