import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { progressIn, totalOf } from '../../../lib/run/progress.ts';
import { askAws } from '../ask-aws.ts';
import type { Cli } from '../cli.ts';
import { duration } from '../output.ts';
import type { RunRecord } from './run-record.ts';

export interface RunProgress {
  /** Users who are done, or failed. */
  readonly done: number;
  readonly of: number;
}

const width = 30;

/** As the shards of a run write it down; undefined for a run that has none. */
export async function progressOf({ aws }: Pick<Cli, 'aws'>, table: string, { run, users }: RunRecord): Promise<RunProgress | undefined> {
  if (run === undefined || users === undefined) return undefined;
  const { done, failed } = totalOf(await askAws('dynamodb:Query', progressIn(new DynamoDBClient(aws), table).all(run)));
  return { done: done + failed, of: users };
}

/** `[#########---------------------] 30 %, 30 of 100, 3 min`: a bar where there is something to measure, and the time that it has taken. */
export function progressLine({ due, startedAt }: RunRecord, progress: RunProgress | undefined, now: number): string {
  const taken = startedAt === undefined ? '' : duration(now - Date.parse(startedAt));
  if (progress === undefined || progress.of === 0) return `${due}: running for ${taken}`;
  const share = Math.min(1, progress.done / progress.of);
  const filled = Math.round(share * width);
  return `[${'#'.repeat(filled)}${'-'.repeat(width - filled)}] ${Math.floor(share * 100)} %, ${progress.done} of ${progress.of}, ${taken}`;
}
