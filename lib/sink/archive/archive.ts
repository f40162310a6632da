import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import { type Archive, ToBeContinued } from '../../declare/archive.ts';
import { copy, type Progress } from './copy.ts';
import { progressRecord } from './progress.ts';
import { isUploadGone, s3Target } from './s3-target.ts';

export interface ArchiveParts {
  readonly s3: S3Client;
  readonly table: DynamoDBClient;
  readonly tableName: string;
  readonly bucket: string;
  readonly job: string;
  readonly remainingMs: () => number;
  readonly signal: AbortSignal;
}

/** Kept back for the part that is on its way, and for writing down how far it got. */
const reserveMs = 45_000;

/** Below `archive/<job>/<file>/<version>/`: `content`, and then `metadata.json`, which says that it is whole. */
export function archiveIn({ s3, table, tableName, bucket, job, remainingMs, signal }: ArchiveParts): Archive {
  return {
    async store({ fileId, versionId, size, sha1, metadata }, open) {
      const record = progressRecord(table, tableName, { job, fileId, versionId });
      const known = await record.read();
      if (known === 'done') return 'present';
      const folder = ['archive', job, fileId, versionId].join('/');
      const described = { 'box-file-id': fileId, 'box-version-id': versionId, 'box-sha1': sha1 };
      const target = s3Target(s3, { Bucket: bucket, Key: `${folder}/content`, metadata: described }, signal);
      const attempt = (progress: Progress | undefined) =>
        copy({ source: { size, sha1, open }, target, progress, save: record.write, hasTime: () => remainingMs() > reserveMs, signal });
      const isWhole = await attempt(known).catch((error) => (known && isUploadGone(error) ? attempt(undefined) : Promise.reject(error)));
      if (!isWhole) throw new ToBeContinued();
      const text = JSON.stringify({ fileId, versionId, size, sha1, ...metadata });
      await s3Target(s3, { Bucket: bucket, Key: `${folder}/metadata.json`, metadata: described }, signal).put(Buffer.from(text));
      await record.write('done');
      return 'archived';
    },
  };
}
