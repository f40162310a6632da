import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { NightporterError } from '../../errors.ts';
import type { Progress } from './copy.ts';

/** S3 keeps unfinished uploads for a day, by the bucket's rule. */
const unfinishedSeconds = 2 * 86_400;
/** Longer than an event can come again. */
const doneSeconds = 30 * 86_400;

/** How far the archive of one file version has got. */
export interface ProgressRecord {
  read(): Promise<Progress | 'done' | undefined>;
  write(progress: Progress | 'done' | undefined): Promise<void>;
}

export interface ProgressKey {
  readonly job: string;
  readonly fileId: string;
  readonly versionId: string;
}

/** In the table of runs. @throws NightporterError `ARCHIVE_NOT_WRITTEN` */
export function progressRecord(
  client: DynamoDBClient,
  table: string,
  { job, fileId, versionId }: ProgressKey,
  now = Date.now,
): ProgressRecord {
  const key = { pk: { S: `archive#${job}` }, sk: { S: `${fileId}#${versionId}` } };
  return {
    async read() {
      const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true })).catch(refused);
      if (Item?.state?.S === 'done') return 'done';
      const { upload, bytes, digest } = Item ?? {};
      return upload?.S && bytes?.N && digest?.S ? { upload: upload.S, bytes: Number(bytes.N), digest: digest.S } : undefined;
    },
    async write(progress) {
      const isDone = progress === 'done';
      const expiresAt = { N: String(Math.floor(now() / 1000) + (isDone ? doneSeconds : unfinishedSeconds)) };
      const fields =
        isDone || progress === undefined
          ? {}
          : { upload: { S: progress.upload }, bytes: { N: String(progress.bytes) }, digest: { S: progress.digest } };
      const Item = { ...key, state: { S: isDone ? 'done' : 'copying' }, expiresAt, ...fields };
      await client.send(new PutItemCommand({ TableName: table, Item })).catch(refused);
    },
  };
}

function refused(cause: unknown): never {
  const sentence = 'Check the runs table and the grant on it: how far an archive has got could not be read or written.';
  throw new NightporterError('ARCHIVE_NOT_WRITTEN', sentence, { cause });
}
