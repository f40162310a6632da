import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { NightporterError } from '../../../lib/errors.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';

export interface FoundReport {
  /** With the slash at its end: `reports/<job>/<time>/<run>/`. */
  readonly folder: string;
  readonly publishedAt: Date;
}

/** S3 has no folders; a bucket on loopback has no name in DNS either. */
export function s3Client({ aws }: Pick<Cli, 'aws'>): S3Client {
  return new S3Client({ ...aws, forcePathStyle: true });
}

/**
 * The newest report of the job that is whole: the one whose manifest, written last, is there.
 * @throws NightporterError `NOT_DEPLOYED` when there is none
 */
export async function newestReport(client: S3Client, bucket: string, job: string): Promise<FoundReport> {
  const times = await foldersIn(client, bucket, `reports/${job}/`);
  for (const time of times.reverse()) {
    const manifests = await manifestsIn(client, bucket, time);
    const newest = manifests.sort((one, other) => other.publishedAt.getTime() - one.publishedAt.getTime())[0];
    if (newest) return newest;
  }
  throw new NightporterError('NOT_DEPLOYED', `Run ${job} first: it has published no report, or writes none.`);
}

/** In order of time: that is how their names sort. */
async function foldersIn(client: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const folders: string[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, Delimiter: '/', ContinuationToken: token });
    const { CommonPrefixes = [], NextContinuationToken } = await askAws('s3:ListBucket', client.send(command));
    folders.push(...CommonPrefixes.flatMap(({ Prefix }) => (Prefix === undefined ? [] : [Prefix])));
    token = NextContinuationToken;
  } while (token !== undefined);
  return folders;
}

/** A due time has a folder for each of its runs. */
async function manifestsIn(client: S3Client, bucket: string, prefix: string): Promise<FoundReport[]> {
  const { Contents = [] } = await askAws('s3:ListBucket', client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix })));
  return Contents.flatMap(({ Key = '', LastModified }) =>
    Key.endsWith('/manifest.json') ? [{ folder: Key.slice(0, -'manifest.json'.length), publishedAt: LastModified ?? new Date(0) }] : [],
  );
}
